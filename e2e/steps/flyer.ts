import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import sharp from "sharp";
import { gone, served } from "../edge.ts";
import { answered, check, Never } from "../expect.ts";
import { PHONE } from "../media.ts";
import type { Step } from "../run-steps.ts";
import { announced } from "../send.ts";
import { until, type World } from "../world.ts";

const MADE = ["A creative makes an event, once", "Media are made"];
const SET = "A flyer is set";

export const flyer: Step<World>[] = [
  {
    name: SET,
    needs: MADE,
    async run(world) {
      const { made } = world;
      made.flyer = await setFlyer(world, made.sample.flyer);
      const { bytes } = await served(world, made.flyer, /^image\/png$/);
      // Only the pixels are written anew, and a PNG keeps them unchanged.
      const [shown, sent] = await Promise.all([bytes, readFileSync(made.sample.flyer)].map(pixels));
      check(shown!.equals(sent!), "the flyer that is served is not the picture that was sent");
    },
  },
  {
    name: "A flyer that is no picture is refused, the one before stays",
    needs: [SET],
    async run(world) {
      const { made } = world;
      const version = await postFlyer(world, made.sample.fake);
      const { reason } = await settled(world, version, "rejected");
      assert.equal(reason.code, "image.not_a_picture");
      assert.equal((await publicFlyer(world)).url, made.flyer);
      await served(world, made.flyer, /^image\/png$/);
    },
  },
  {
    name: "Another flyer takes its place, and tells nothing of the phone",
    needs: [SET],
    async run(world) {
      const { made } = world;
      const old = made.flyer;
      made.flyer = await setFlyer(world, made.sample.otherFlyer);
      const { bytes } = await served(world, made.flyer, /^image\/jpeg$/);
      check(readFileSync(made.sample.otherFlyer).includes(PHONE), "the flyer that was sent names no phone");
      check(!bytes.includes(PHONE), "the flyer tells the phone");
      await gone(world, "the old flyer is to be gone from the CDN", [old]);
    },
  },
];

const pixels = (file: Uint8Array) => sharp(file).ensureAlpha().raw().toBuffer();

/** Posts a flyer and waits until the event shows it; returns its URL. */
async function setFlyer(world: World, file: string): Promise<string> {
  const version = await postFlyer(world, file);
  await settled(world, version, "complete");
  return until(world, "the flyer is to be the event's", async () => {
    const current = await publicFlyer(world);
    assert.equal(current?.version, version);
    return current.url;
  });
}

/** The form that posts a flyer. */
export async function flyerForm({ made }: World, file: string) {
  const [announcement] = announced([file]);
  return answered(await made.users.creative.api("POST", `/events/${made.eventId}/flyer`, announcement), 201);
}

/** Posts a flyer; returns its version. */
async function postFlyer(world: World, file: string): Promise<string> {
  const form = await flyerForm(world, file);
  const data = new FormData();
  for (const [name, value] of Object.entries<string>(form.fields)) data.append(name, value);
  data.append("file", new Blob([readFileSync(file)]), basename(file));
  const response = await fetch(form.url, { method: "POST", body: data });
  check(response.ok, `S3 answered ${response.status} ${await response.text()}`);
  return form.version;
}

/** Waits until the sent flyer is accepted or refused. */
async function settled(world: World, version: string, wanted: "complete" | "rejected") {
  const { made } = world;
  return until(world, `the flyer is to be ${wanted}`, async () => {
    const { api } = made.users.creative;
    const { upload } = answered(await api("GET", `/events/${made.eventId}/flyer`), 200);
    assert.equal(upload.version, version);
    if (upload.status !== "pending" && upload.status !== wanted)
      throw new Never(`the flyer is ${upload.status}: ${JSON.stringify(upload.reason)}`);
    assert.equal(upload.status, wanted);
    return upload;
  });
}

const publicFlyer = async ({ nobody, made }: World) =>
  answered(await nobody("GET", `/events/${made.eventId}`), 200).flyer;
