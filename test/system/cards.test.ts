import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetObjectCommand, NoSuchKey, S3Client } from "@aws-sdk/client-s3";
import { publishLocally, readSite } from "@dropclip/cli";
import { forget } from "@dropclip/functions/clients";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { bodyOf, forgetCalls, newEvent, photo, picture, settled, shiftedClock, troubles } from "../api/support.ts";
import { type Api, type TestCloud, testCloud } from "../support/cloud.ts";
import { cuttable } from "../support/cut.ts";
import { parse } from "../support/document.ts";
import { eventually } from "../support/eventually.ts";

const POLICY = `<meta http-equiv="Content-Security-Policy" content="connect-src 'self'; img-src 'self'; media-src 'self'" />`;
const Bucket = "dropclip-pages-dev";
/** How long the edge keeps a page. */
const KEPT_MS = 60_000;

const clock = shiftedClock();
const folder = mkdtempSync(join(tmpdir(), "dropclip-cards-"));
let cloud: TestCloud;
let creative: Api;
beforeAll(async () => {
  cloud = await testCloud({
    clock,
    adjust: (facts) => {
      const changed = structuredClone(facts);
      // It has no time for more than a part of all pages: each part asks for the next one.
      for (const fn of changed.functions) if (fn.name.includes("write-page")) fn.timeoutSeconds = 60;
      return changed;
    },
  });
  creative = await cloud.as("creative");
});
afterAll(async () => {
  await cloud.dispose();
  rmSync(folder, { recursive: true });
});
beforeEach(forgetCalls);

async function publish(release: string) {
  const site = join(folder, release);
  mkdirSync(join(site, "assets"), { recursive: true });
  const index = `<!doctype html><head><meta charset="utf-8">${POLICY}<title>dropclip</title><script type="application/json" id="stage">{}</script><script type="module" src="/assets/main-${release}.js"></script></head><p>${release}</p>`;
  writeFileSync(join(site, "index.html"), index);
  writeFileSync(join(site, `assets/main-${release}.js`), release);
  await publishLocally(cloud, readSite(site), new AbortController().signal);
}

/** What is stored at a key of the pages' bucket; undefined where nothing is. */
async function stored(Key: string): Promise<string | undefined> {
  const { region, credentials, endpoints } = cloud;
  const client = new S3Client({
    ...{ endpoint: endpoints.s3, region, credentials, forcePathStyle: true },
    systemClockOffset: clock.aheadMs,
  });
  try {
    return await (await client.send(new GetObjectCommand({ Bucket, Key }))).Body!.transformToString();
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  } finally {
    client.destroy();
  }
}

/** What a page tells a crawler; `early` is the picture that a browser fetches before the app asks for it. */
function told(page: string) {
  const document = parse(page);
  const meta = (name: string) => document.querySelector(`meta[property="${name}"]`)?.getAttribute("content");
  return {
    ...{ title: document.title, ogTitle: meta("og:title"), description: meta("og:description") },
    ...{ image: meta("og:image"), url: meta("og:url"), release: document.querySelector("p")?.textContent },
    early: document.querySelector("link[rel=preload][as=image]")?.getAttribute("href"),
  };
}

/** Waits until the page is as wanted where it is stored. */
const holds = (path: string, wanted: Partial<ReturnType<typeof told>>) =>
  eventually(async () => expect(told((await stored(path)) ?? "")).toMatchObject(wanted));

/** The same, and reads it as a crawler does once the edge asks again: a minute, of which tokens hold for fifteen. */
async function shows(path: string, wanted: Partial<ReturnType<typeof told>>) {
  await holds(path, wanted);
  clock.aheadMs += KEPT_MS + 1000;
  const answer = await fetch(`${cloud.pages}/${path}`);
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  expect(answer.headers.get("cache-control")).toBe("public, max-age=0, s-maxage=60, must-revalidate");
  const page = told(await answer.text());
  expect(page).toMatchObject(wanted);
  if (page.image) expect((await fetch(page.image)).status).toBe(200);
}

/** Waits until there is no page, and the app's own answers. */
async function isGone(path: string) {
  await eventually(async () => expect(await stored(path)).toBeUndefined());
  clock.aheadMs += KEPT_MS + 1000;
  const answer = await fetch(`${cloud.pages}/${path}`);
  expect(told(await answer.text())).toMatchObject({ title: "dropclip", ogTitle: undefined });
}

/** A photo that went through the pipeline; its upload and thumbnail. */
async function sent(eventId: string) {
  await picture();
  const { uploadId } = await cloud.send([await photo()], { eventId });
  const { media } = await cloud.completed(uploadId);
  return { uploadId, thumbnail: media[0].urls.thumbnail as string };
}

const hide = async (uploadId: string, hidden: boolean) => {
  bodyOf(await creative("PATCH", `/uploads/${uploadId}/media/image1`, { hidden }));
  await settled(uploadId, "image1", hidden ? "hidden" : "public");
};
const newCollection = async (more: object = {}) =>
  bodyOf(await creative("POST", "/collections", { title: "Best of", ...more }), 201).collectionId as string;
const entry = (collectionId: string, uploadId: string) => `/collections/${collectionId}/media/${uploadId}/image1`;

describe("before the pages are published", () => {
  it("nothing is written, and nothing fails", async () => {
    const { eventId } = await newEvent(creative);
    const looked = () => cloud.logs.filter((one) => JSON.stringify(one).includes("unpublished"));
    await eventually(() => expect(looked().some((one) => JSON.stringify(one).includes(eventId))).toBe(true));
    expect(await stored(`e/${eventId}`)).toBeUndefined();
    expect(troubles(cloud)).toEqual([]);
  });
});

describe("once the pages are published", () => {
  it("everything that was there before has its page", async () => {
    const { eventId } = await newEvent(creative, { title: "An older night" });
    const collectionId = await newCollection();
    await publish("one");
    await shows(`e/${eventId}`, { title: "An older night", release: "one" });
    await holds(`c/${collectionId}`, { title: "Best of", release: "one" });
    await holds(`e/${cloud.seeds.eventId}`, { ogTitle: "Demo night", description: expect.stringContaining("laptop") });
    expect(await stored(`e/${eventId}`)).toContain(cloud.api);
  });
});

describe("an event's page", () => {
  it("follows what its creative says of it", async () => {
    const { eventId } = await newEvent(creative, { venue: "Kater", startsAt: "2026-06-12T20:00:00Z" });
    await shows(`e/${eventId}`, {
      ...{ title: "A night", ogTitle: "A night", image: undefined, url: `${cloud.pages}/e/${eventId}` },
      description: "Kater, 12 June 2026, 20:00 UTC. Clips and photos from fans.",
    });
    bodyOf(await creative("PATCH", `/events/${eventId}`, { title: "Another night", venue: null, startsAt: null }));
    await shows(`e/${eventId}`, { title: "Another night", description: "Clips and photos from fans." });
  });

  it("names the performer, as they call themselves", async () => {
    const { eventId } = await newEvent(creative, { venue: "Kater" });
    await holds(`e/${eventId}`, { description: "Kater. Clips and photos from fans." });
    bodyOf(await creative("PATCH", "/me", { displayName: "Mina <3" }));
    await holds(`e/${eventId}`, { description: "Mina <3, Kater. Clips and photos from fans." });
    bodyOf(await creative("PATCH", "/me", { displayName: null }));
    await holds(`e/${eventId}`, { description: "Kater. Clips and photos from fans." });
  });

  it("shows the flyer, else what was published first and is not hidden", async () => {
    const { eventId } = await newEvent(creative);
    const path = `e/${eventId}`;
    const first = await sent(eventId);
    await holds(path, { image: first.thumbnail, early: undefined });
    const second = await sent(eventId);
    await holds(path, { image: first.thumbnail });
    await hide(first.uploadId, true);
    await shows(path, { image: second.thumbnail });
    await hide(first.uploadId, false);
    await holds(path, { image: first.thumbnail });

    const file = await picture();
    const { url, fields } = bodyOf(
      await creative("POST", `/events/${eventId}/flyer`, { name: "flyer.png", bytes: file.length }),
      201,
    );
    const form = new FormData();
    for (const [name, value] of Object.entries<string>(fields)) form.append(name, value);
    form.append("file", new Blob([new Uint8Array(file)]), "flyer.png");
    expect((await fetch(url, { method: "POST", body: form })).ok).toBe(true);
    const flyer = `${cloud.cdn}/${fields.key}`;
    await holds(path, { image: flyer, early: flyer.replace(/png$/, "thumbnail.webp") });
    bodyOf(await creative("DELETE", `/events/${eventId}/flyer`), 204);
    await holds(path, { image: first.thumbnail });

    for (const { uploadId } of [first, second]) bodyOf(await cloud.call("DELETE", `/uploads/${uploadId}`), 204);
    await shows(path, { image: undefined });
  });

  it("has a title that is HTML as text", async () => {
    const title = `"><script>alert(1)</script></title></head><meta http-equiv="refresh" content="0"> $& 'x' 🎸`;
    const { eventId } = await newEvent(creative, { title });
    await shows(`e/${eventId}`, { title, ogTitle: title, release: "one" });
    const document = parse((await stored(`e/${eventId}`))!);
    expect([...document.querySelectorAll("script")]).toHaveLength(2);
    expect([...document.querySelectorAll("meta[http-equiv]")]).toHaveLength(1);
  });

  it("goes with the event, which the app then says", async () => {
    const { eventId } = await newEvent(creative);
    await holds(`e/${eventId}`, { title: "A night" });
    bodyOf(await creative("DELETE", `/events/${eventId}`), 204);
    await isGone(`e/${eventId}`);
  });

  it("is in the end as the record is, of whoever writes it last", async () => {
    const { writePage } = await import("@dropclip/functions/write-page");
    const { Event } = await import("@dropclip/core/event");
    const { eventId } = await newEvent(creative);
    await holds(`e/${eventId}`, { title: "A night" });
    const cut = await cuttable(cloud.endpoints.s3);
    process.env.AWS_ENDPOINT_URL_S3 = cut.url;
    forget();
    onTestFinished(() => {
      delete process.env.AWS_ENDPOINT_URL_S3;
      forget();
      cut.close();
    });
    // The slower of two has read the old title, and writes after the faster one.
    const faster = cut.before("PUT", `/e/${eventId}`, async () => {
      await Event.update({ eventId, creativeId: cloud.creativeId, title: "A later night" });
      expect(await writePage({ eventId })).toBe("written");
      expect(told((await stored(`e/${eventId}`))!).title).toBe("A later night");
    });
    expect(await writePage({ eventId })).toBe("written");
    await faster;
    expect(told((await stored(`e/${eventId}`))!).title).toBe("A later night");
  });
});

describe("a collection's page", () => {
  it("follows what its creative says of it and puts into it, and goes with it", async () => {
    const { eventId } = await newEvent(creative);
    const [one, two] = [await sent(eventId), await sent(eventId)];
    const collectionId = await newCollection({ description: "All\nof it" });
    const path = `c/${collectionId}`;
    await holds(path, { title: "Best of", description: "All of it", url: `${cloud.pages}/${path}`, image: undefined });
    for (const { uploadId } of [one, two]) bodyOf(await creative("PUT", entry(collectionId, uploadId)), 204);
    await shows(path, { image: one.thumbnail });
    bodyOf(await creative("PATCH", entry(collectionId, two.uploadId), { after: null }), 204);
    await holds(path, { image: two.thumbnail });
    await hide(two.uploadId, true);
    await holds(path, { image: one.thumbnail });
    await hide(two.uploadId, false);
    await holds(path, { image: two.thumbnail });
    bodyOf(await creative("DELETE", entry(collectionId, two.uploadId)), 204);
    await holds(path, { image: one.thumbnail });
    bodyOf(await cloud.call("DELETE", `/uploads/${one.uploadId}`), 204);
    await holds(path, { image: undefined });
    bodyOf(await creative("PATCH", `/collections/${collectionId}`, { title: "Less of", description: null }));
    await holds(path, { title: "Less of", description: "A collection of clips and photos from fans." });
    bodyOf(await creative("DELETE", `/collections/${collectionId}`), 204);
    await isGone(path);
  });
});

describe("pages that are published anew", () => {
  it("are followed by those of all events and collections, and take no page away", async () => {
    const { eventId } = await newEvent(creative);
    const collectionId = await newCollection();
    await holds(`e/${eventId}`, { release: "one" });
    await publish("two");
    await shows(`e/${eventId}`, { title: "A night", release: "two" });
    await holds(`c/${collectionId}`, { title: "Best of", release: "two" });
    expect(await stored(`e/${eventId}`)).toContain("/assets/main-two.js");
    expect(troubles(cloud)).toEqual([]);
  });
});

describe("the pages of a deleted account", () => {
  it("are gone", async () => {
    const other = await cloud.as("other-creative");
    const { eventId } = await newEvent(other);
    const { collectionId } = bodyOf(await other("POST", "/collections", { title: "Mine" }), 201);
    await holds(`e/${eventId}`, { title: "A night" });
    await holds(`c/${collectionId}`, { title: "Mine" });
    bodyOf(await other("DELETE", "/me?events=delete"), 204);
    for (const path of [`e/${eventId}`, `c/${collectionId}`])
      await eventually(async () => expect(await stored(path)).toBeUndefined());
  });
});

describe("what writes the pages", () => {
  it("needs each of its rights, but the one to keep what fails", () => {
    const { grants } = cloud.access().roles.find(({ role }) => role.includes("write-page"))!;
    const unused = grants.filter(({ used }) => used === 0).map(({ action }) => action);
    expect(unused).toEqual(["sqs:SendMessage"]);
  });
});
