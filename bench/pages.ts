import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import sharp from "sharp";
import { poster } from "../scripts/shots/scenes.ts";
import { type Api, apiOf, sendFiles, signIn } from "../test/support/cloud.ts";
import { measure } from "./pages/lighthouse.ts";
import { photos } from "./pages/photos.ts";

const PHOTOS = 20;
const TITLE = "Rooftop Sessions";
/** Previews are written one event after the other. */
const PREVIEWS = 11;
const LOOK_MS = 10;

interface Tools {
  folder: string;
  start(): Promise<{ child: ChildProcess; ready: Parameters<typeof signIn>[0] & { pages?: string } }>;
  stop(running: { child: ChildProcess }): Promise<void>;
}

/**
 * The page of an event with a flyer and twenty photos, as phones and desks on Lighthouse's slow lines get it, and how
 * soon a new event's link has a preview.
 */
export async function pages({ folder, start, stop }: Tools) {
  // Pictures are drawn as SVG, which the code that takes photos, loaded here too, forbids.
  sharp.unblock({ operation: ["VipsForeignLoadSvg"] });
  const running = await start();
  const { api, pages } = running.ready as typeof running.ready & { api: string };
  if (!pages) throw new Error("the cloud has no pages");
  const creative = apiOf(api, await signIn(running.ready, "creative"));
  const fan = apiOf(api, await signIn(running.ready, "fan"));
  try {
    await creative("PATCH", "/me", { displayName: "The Night Shift" });
    const { eventId } = (await creative("POST", "/events", { title: TITLE, venue: "Kater, Berlin" })).body;
    await setFlyer(creative, eventId);
    const { uploadId } = await sendFiles(fan, await photos(folder, PHOTOS), eventId);
    await complete(fan, uploadId);
    const url = `${pages}/e/${eventId}`;
    return {
      pagesThumbnailKB: await thumbnailKB(fan, eventId),
      pagesMobile: await measure(url, "mobile"),
      pagesDesktop: await measure(url, "desktop"),
      previewMsP50: await previews(creative, pages),
    };
  } finally {
    await stop(running);
  }
}

async function setFlyer(creative: Api, eventId: string) {
  const flyer = await poster(TITLE, "The Night Shift · Kater");
  const form = (await creative("POST", `/events/${eventId}/flyer`, { name: "flyer.jpg", bytes: flyer.length })).body;
  const body = new FormData();
  for (const [name, value] of Object.entries<string>(form.fields)) body.append(name, value);
  body.append("file", new Blob([new Uint8Array(flyer)]), "flyer.jpg");
  await fetch(form.url, { method: "POST", body });
  while (!(await creative("GET", `/events/${eventId}`)).body.flyer) await sleep(200);
}

async function complete(fan: Api, uploadId: string) {
  for (;;) {
    const { status } = (await fan("GET", `/uploads/${uploadId}`)).body;
    if (status === "complete") return;
    if (!["pending", "processing"].includes(status)) throw new Error(`the upload ended as ${status}`);
    await sleep(300);
  }
}

/** What the grid's pictures weigh on average. */
async function thumbnailKB(call: Api, eventId: string): Promise<number> {
  const { media } = (await call("GET", `/events/${eventId}/media`)).body;
  if (media.length !== PHOTOS) throw new Error(`the event shows ${media.length} of ${PHOTOS} photos`);
  const sizes = await Promise.all(
    media.map(async ({ urls }: any) => (await (await fetch(urls.thumbnail)).arrayBuffer()).byteLength),
  );
  return Math.round(sizes.reduce((sum, one) => sum + one, 0) / PHOTOS / 1000);
}

/** From a new event's answer to its page in the bucket, which has the title in its head. */
async function previews(creative: Api, pages: string): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < PREVIEWS; index++) {
    const title = `Preview ${index}`;
    const { eventId } = (await creative("POST", "/events", { title })).body;
    const began = performance.now();
    while (!(await (await fetch(`${pages}/e/${eventId}`)).text()).includes(`"og:title" content="${title}"`))
      await sleep(LOOK_MS);
    times.push(performance.now() - began);
  }
  return Math.round(times.toSorted((a, b) => a - b)[Math.floor(PREVIEWS / 2)]!);
}
