import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import sharp from "sharp";
import { gone, served } from "../edge.ts";
import { answered, check, Never } from "../expect.ts";
import { PHONE } from "../media.ts";
import { type Run, until } from "../run.ts";
import type { Step } from "../run-steps.ts";
import { announced } from "../send.ts";

const MADE = ["A creative makes an event, once", "Media are made"];
const SET = "A flyer is set";

export const flyer: Step<Run>[] = [
  {
    name: SET,
    needs: MADE,
    async run(run) {
      const { made } = run;
      made.flyer = await setFlyer(run, made.sample.flyer);
      const { bytes } = await served(run, made.flyer, /^image\/png$/);
      // Only the pixels are written anew, and a PNG keeps them unchanged.
      const [shown, sent] = await Promise.all([bytes, readFileSync(made.sample.flyer)].map(pixels));
      check(shown!.equals(sent!), "the flyer that is served is not the picture that was sent");
    },
  },
  {
    name: "A flyer that is no picture is refused, the one before stays",
    needs: [SET],
    async run(run) {
      const { made } = run;
      const version = await postFlyer(run, made.sample.fake);
      const { reason } = await settled(run, version, "rejected");
      assert.equal(reason.code, "image.not_a_picture");
      assert.equal((await publicFlyer(run)).url, made.flyer);
      await served(run, made.flyer, /^image\/png$/);
    },
  },
  {
    name: "Another flyer takes its place, and tells nothing of the phone",
    needs: [SET],
    async run(run) {
      const { made } = run;
      const { url, thumbnail: small } = await publicFlyer(run);
      made.flyer = await setFlyer(run, made.sample.otherFlyer);
      check(readFileSync(made.sample.otherFlyer).includes(PHONE), "the flyer that was sent names no phone");
      const shown = await served(run, made.flyer, /^image\/jpeg$/);
      const copy = await served(run, (await publicFlyer(run)).thumbnail, /^image\/webp$/);
      for (const { bytes } of [shown, copy]) check(!bytes.includes(PHONE), "the flyer tells the phone");
      await gone(run, "the old flyer is to be gone from the CDN", [url, small]);
    },
  },
];

const pixels = (file: Uint8Array) => sharp(file).ensureAlpha().raw().toBuffer();

/** Posts a flyer and waits until the event shows it; returns its URL. */
async function setFlyer(run: Run, file: string): Promise<string> {
  const version = await postFlyer(run, file);
  await settled(run, version, "complete");
  return until(run, "the flyer is to be the event's", async () => {
    const current = await publicFlyer(run);
    assert.equal(current?.version, version);
    return current.url;
  });
}

/** The form that posts a flyer. */
export async function flyerForm({ made }: Run, file: string) {
  const [announcement] = announced([file]);
  return answered(await made.users.creative.api("POST", `/events/${made.eventId}/flyer`, announcement), 201);
}

/** Posts a flyer; returns its version. */
async function postFlyer(run: Run, file: string): Promise<string> {
  const form = await flyerForm(run, file);
  const data = new FormData();
  for (const [name, value] of Object.entries<string>(form.fields)) data.append(name, value);
  data.append("file", new Blob([readFileSync(file)]), basename(file));
  const response = await fetch(form.url, { method: "POST", body: data });
  check(response.ok, `S3 answered ${response.status} ${await response.text()}`);
  return form.version;
}

/** Waits until the sent flyer is accepted or refused. */
async function settled(run: Run, version: string, wanted: "complete" | "rejected") {
  const { made } = run;
  return until(run, `the flyer is to be ${wanted}`, async () => {
    const { api } = made.users.creative;
    const { upload } = answered(await api("GET", `/events/${made.eventId}/flyer`), 200);
    assert.equal(upload.version, version);
    if (upload.status !== "pending" && upload.status !== wanted)
      throw new Never(`the flyer is ${upload.status}: ${JSON.stringify(upload.reason)}`);
    assert.equal(upload.status, wanted);
    return upload;
  });
}

const publicFlyer = async ({ nobody, made }: Run) =>
  answered(await nobody("GET", `/events/${made.eventId}`), 200).flyer;
