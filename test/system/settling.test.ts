import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CONTENT, IMAGES, keysIn, later, MINUTE, published, UPLOADS } from "../api/support.ts";
import { aws } from "../support/aws.ts";
import { type TestCloud, testCloud } from "../support/cloud.ts";

/** What CloudFront answers to the next calls; 201 once there is no more. */
let refusals: { status: number; code: string }[] = [];
/** Paths that were forgotten, of each call that was taken. */
let forgotten: string[][] = [];
let cloudFront: Server;
let cloud: TestCloud;
let core: Awaited<ReturnType<typeof load>>;

async function load() {
  const [settleUpload, settleEvent, invalidate, invalidation, upload, event, media, visibility, keys] =
    await Promise.all([
      import("@dropclip/functions/settle-upload"),
      import("@dropclip/functions/settle-event"),
      import("@dropclip/functions/invalidate"),
      import("@dropclip/core/invalidation"),
      import("@dropclip/core/upload"),
      import("@dropclip/core/event"),
      import("@dropclip/core/media"),
      import("@dropclip/core/visibility"),
      import("@dropclip/core/keys"),
    ]);
  return {
    ...settleUpload,
    ...settleEvent,
    ...invalidate,
    ...invalidation,
    ...upload,
    ...event,
    ...media,
    ...visibility,
    ...keys,
  };
}

beforeAll(async () => {
  cloudFront = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const refusal = refusals.shift();
    response.writeHead(refusal?.status ?? 201, { "content-type": "text/xml" });
    if (refusal) {
      response.end(
        `<ErrorResponse><Error><Type>Sender</Type><Code>${refusal.code}</Code><Message>no</Message></Error></ErrorResponse>`,
      );
      return;
    }
    forgotten.push([...body.matchAll(/<Path>([^<]+)</g)].map(([, path]) => path!));
    response.end("<Invalidation><Id>I1</Id><Status>InProgress</Status></Invalidation>");
  }).listen(0, "127.0.0.1");
  await once(cloudFront, "listening");
  process.env.AWS_ENDPOINT_URL_CLOUDFRONT = `http://127.0.0.1:${(cloudFront.address() as AddressInfo).port}`;
  // What settles in the background is left out: here it is called by hand, and its edge fails when it is to.
  const byHand = ["settlement-due", "invalidation-due"];
  cloud = await testCloud({
    adjust: (facts) => ({
      ...facts,
      rules: facts.rules.filter(({ name }) => !byHand.some((part) => name.includes(part))),
    }),
  });
  core = await load();
});
afterAll(async () => {
  delete process.env.AWS_ENDPOINT_URL_CLOUDFRONT;
  cloudFront.close();
  await cloud.dispose();
});
beforeEach(async () => {
  refusals = [];
  await invalidate();
  forgotten = [];
});

let waits = 0;
/** Tells the edge what is due; a wait is over at once. */
const invalidate = (more: Partial<Parameters<typeof core.invalidate>[0]> = {}) =>
  core.invalidate({ remainingMs: () => 15 * MINUTE, wait: async () => void waits++, ...more });

const REFUSED = { status: 403, code: "AccessDenied" };
const BUSY = { status: 400, code: "TooManyInvalidationsInProgress" };
const newEvent = () => core.Event.create({ creativeId: cloud.creativeId, title: "A night" });
const stored = async (prefix: string) =>
  (await Promise.all([UPLOADS, CONTENT, IMAGES].map((bucket) => keysIn(cloud, bucket, prefix)))).flat();

describe("a deleted upload", () => {
  it("is forgotten by the edge once, however the edge fails", async () => {
    const { eventId } = await newEvent();
    const upload = await published(cloud, { eventId });
    const { uploadId } = upload;
    const path = `/${core.Keys.directory(upload)}/*`;
    await core.Upload.remove({ uploadId });
    await core.settleUpload({ uploadId });
    expect(await stored(core.Keys.directory(upload))).toEqual([]);
    expect((await core.Upload.readForChange(uploadId)).upload.removedAt).toBeDefined();
    refusals = [REFUSED];
    await expect(invalidate()).rejects.toThrow("no");
    await invalidate();
    expect(forgotten).toEqual([[path]]);
    // The later look finds nothing, and has nothing forgotten once more.
    await core.settleUpload({ uploadId }, later(16 * MINUTE));
    await invalidate();
    expect(forgotten).toEqual([[path]]);
  });

  it("asks for nothing where the edge cannot have read anything: no byte sent, or none but into the uploads bucket", async () => {
    const { eventId } = await newEvent();
    for (let count = 0; count < 5; count++) {
      const upload = await core.Upload.create({
        eventId,
        fanId: cloud.fanId,
        files: [{ name: "photo.jpg", bytes: 3 }],
      });
      const key = core.Keys.staged({ ...upload, mediaId: "image1" }, "jpg");
      if (count > 2) expect((await aws(cloud).s3("PUT", `/${UPLOADS}/${key}`, {}, "any")).status).toBe(200);
      await core.Upload.remove({ uploadId: upload.uploadId });
      await core.settleUpload(upload);
    }
    await core.Event.remove({ eventId, creativeId: cloud.creativeId });
    await core.settleEvent(eventId);
    expect(await core.Invalidation.due()).toEqual([]);
  });

  it("that was never published is forgotten where something of it could be read, also after a run that was cut off", async () => {
    const { eventId } = await newEvent();
    const begin = () => core.Upload.create({ eventId, fanId: cloud.fanId, files: [{ name: "photo.jpg", bytes: 3 }] });
    const [found, cutOff] = [await begin(), await begin()];
    const key = core.Keys.image({ ...found, mediaId: "image1" });
    expect((await aws(cloud).s3("PUT", `/${IMAGES}/${key}`, {}, "half made")).status).toBe(200);
    await core.Upload.noteReadable(cutOff.uploadId);
    for (const { uploadId } of [found, cutOff]) {
      await core.Upload.remove({ uploadId });
      await core.settleUpload({ uploadId });
    }
    // A repeated deletion sends no path again.
    for (const { uploadId } of [found, cutOff]) await core.settleUpload({ uploadId });
    await invalidate();
    expect(forgotten.flat().toSorted()).toEqual(
      [found, cutOff].map((upload) => `/${core.Keys.directory(upload)}/*`).toSorted(),
    );
  });

  it("of a deleted event is forgotten with it", async () => {
    const { eventId } = await newEvent();
    const { uploadId } = await published(cloud, { eventId });
    await core.Upload.remove({ uploadId });
    await core.Event.remove({ eventId, creativeId: cloud.creativeId });
    await core.settleUpload({ uploadId });
    await invalidate();
    expect(forgotten).toEqual([]);
    await core.settleEvent(eventId);
    await invalidate();
    expect(forgotten).toEqual([[`/events/${eventId}/*`]]);
  });

  it("gives the parts back of however many multipart uploads were begun", async () => {
    const { eventId } = await newEvent();
    const upload = await core.Upload.create({
      eventId,
      fanId: cloud.fanId,
      files: [{ name: "film.mp4", bytes: 20 * 1024 ** 2 }],
    });
    const key = core.Keys.staged({ ...upload, mediaId: "video" }, "mp4");
    const begin = async () => expect((await aws(cloud).s3("POST", `/${UPLOADS}/${key}?uploads=`)).status).toBe(200);
    for (let count = 0; count < 1010; count += 10) await Promise.all(Array.from({ length: 10 }, begin));
    await core.Upload.remove(upload);
    await core.settleUpload(upload);
    expect((await aws(cloud).s3("GET", `/${UPLOADS}?uploads=&prefix=${key}`)).text).not.toContain("<Upload>");
  });
});

describe("a deleted event", () => {
  it("is forgotten by the edge once, and again only for what is found since", async () => {
    const { eventId } = await newEvent();
    const upload = await published(cloud, { eventId });
    await core.Event.remove({ eventId, creativeId: cloud.creativeId });
    for (const minutes of [0, 5]) {
      await core.settleEvent(eventId, later(minutes * MINUTE));
      expect(await stored(core.Keys.directory(upload))).toEqual([]);
      await invalidate();
    }
    expect(forgotten).toEqual([[`/events/${eventId}/*`]]);
    const late = `${core.Keys.directory(upload)}/images/image1.jpg`;
    expect((await aws(cloud).s3("PUT", `/${IMAGES}/${late}`, {}, "late")).status).toBe(200);
    await core.settleEvent(eventId, later(16 * MINUTE));
    await invalidate();
    expect(forgotten).toHaveLength(2);
  });

  it("loses all its uploads but the one that cannot be removed, and says so", async () => {
    const { eventId } = await newEvent();
    const stuck = await core.Upload.create({
      eventId,
      fanId: cloud.fanId,
      files: [{ name: "photo.jpg", bytes: 3 }],
    });
    const key = core.Keys.staged({ ...stuck, mediaId: "image1" }, "jpg");
    // Nothing that could be stopped.
    const arrival = { key, bytes: 3, etag: "e", sequencer: "1", executionArn: "no execution" };
    await core.Media.claim(arrival, async () => Buffer.from("ffd8ff", "hex"));
    const others = await Promise.all(Array.from({ length: 6 }, () => published(cloud, { eventId })));
    await core.Event.remove({ eventId, creativeId: cloud.creativeId });
    await expect(core.settleEvent(eventId)).rejects.toThrow("1 failed; the others are done.");
    for (const upload of others) expect(await stored(core.Keys.directory(upload))).toEqual([]);
    await invalidate();
    expect(forgotten).toEqual([[`/events/${eventId}/*`]]);
    expect(await core.Event.isBeingRemoved(eventId)).toBe(true);
  });
});

describe("hiding and showing", () => {
  const tagsOf = async (key: string) => (await aws(cloud).s3("GET", `/${IMAGES}/${key}?tagging=`)).text;

  it("is brought in line by a repeated run, whatever an earlier one has left half done", async () => {
    const upload = await published(cloud);
    const ref = { ...upload, mediaId: "image1" };
    const key = core.Keys.image(ref);
    const set = (hidden: boolean) => core.Visibility.set({ ...ref, creativeId: cloud.creativeId, hidden });
    await set(true);
    await core.settleUpload(ref);
    expect(await core.Visibility.get(ref)).toBe("hidden");
    // A late call of a run that was about to show it.
    expect((await aws(cloud).s3("DELETE", `/${IMAGES}/${key}?tagging=`)).status).toBe(204);
    expect(await tagsOf(key)).not.toContain("<Tag>");
    await core.settleUpload(ref);
    expect(await tagsOf(key)).toContain("<Tag>");

    await set(false);
    await core.settleUpload(ref);
    expect([await core.Visibility.get(ref), (await tagsOf(key)).includes("<Tag>")]).toEqual(["public", false]);
  });

  it("looks for no files in the waiting room of what never waited", async () => {
    const ref = { ...(await published(cloud)), mediaId: "image1" };
    const strayed = `/${IMAGES}/${core.Keys.heldBelow(ref)}jpg`;
    expect((await aws(cloud).s3("PUT", strayed, {}, "never made")).status).toBe(200);
    await core.Visibility.set({ ...ref, creativeId: cloud.creativeId, hidden: true });
    await core.settleUpload(ref);
    expect(await core.Visibility.get(ref)).toBe("hidden");
    expect((await aws(cloud).s3("GET", strayed)).text).toBe("never made");
  });

  it("is to be followed for as long as S3 and the edge have not, however often it is said", async () => {
    const ref = { ...(await published(cloud)), mediaId: "image1" };
    const set = (hidden: boolean) => core.Visibility.set({ ...ref, creativeId: cloud.creativeId, hidden });
    expect([await set(true), await set(true)]).toEqual([true, true]);
    await core.settleUpload(ref);
    expect([await set(true), await set(false), await set(false)]).toEqual([false, true, true]);
  });

  it("without end does not fill the record", async () => {
    const upload = await published(cloud);
    const ref = { ...upload, mediaId: "image1" };
    for (let count = 0; count < 120; count++)
      await core.Visibility.set({ ...ref, creativeId: cloud.creativeId, hidden: count % 2 === 0 });
    const { media } = await core.Upload.readForChange(upload.uploadId);
    expect(media[0]!.timeline.length).toBe(100);
    expect(await core.Upload.remove(upload)).toBe(true);
    expect((await core.Upload.readForChange(upload.uploadId)).media[0]!.timeline.at(-1)?.step).toBe("deleted");
  });
});

describe("the edge", () => {
  const ask = (paths: string[], why: "hidden" | "deleted" | "replaced" = "deleted") =>
    core.Invalidation.ask(paths, why);
  const many = (count: number) => Array.from({ length: count }, (_, index) => `events/e${index}/*`);

  it("is told of what was hidden before all that waits, with fewer paths at a time while it has too much to do", async () => {
    await ask(many(40));
    await ask(["events/h/uploads/f/u/images/image1.jpg"], "hidden");
    await ask(["events/h/uploads/f/v/*"], "hidden");
    refusals = [BUSY, BUSY];
    waits = 0;
    await invalidate();
    expect(waits).toBe(2);
    expect(forgotten[0]!.slice(0, 2)).toEqual(["/events/h/uploads/f/u/images/image1.jpg", "/events/h/uploads/f/v/*"]);
    expect(forgotten.map((paths) => paths.filter((path) => path.endsWith("*")).length)).toEqual([3, 7, 15, 15, 1]);
    expect(await core.Invalidation.due()).toEqual([]);
  });

  it("is told of single files while it takes no more wildcards, and of a wildcard again once it does", async () => {
    await ask(["events/a/*", "profiles/p/1.png"]);
    refusals = Array.from({ length: 5 }, () => BUSY);
    await invalidate();
    // Refused with 15, 7, 3 and 1 to be had, then the file alone, too.
    expect(forgotten).toEqual([["/profiles/p/1.png"], ["/events/a/*"]]);
  });

  it("is told by one at a time, and of what is asked for meanwhile", async () => {
    await ask(many(3));
    let asked = false;
    refusals = [BUSY];
    const wait = async () => {
      if (!asked) await Promise.all([ask(["profiles/late.png"]), invalidate(), invalidate()]);
      asked = true;
    };
    await invalidate({ wait });
    expect(forgotten).toEqual([["/profiles/late.png", ...many(3).map((path) => `/${path}`)].toSorted()]);
  });

  it("is told anew of what was asked for anew while it was being told", async () => {
    await ask(["events/a/*"]);
    const rows = await core.Invalidation.due();
    await ask(["events/a/*"]);
    await core.Invalidation.told(rows);
    await invalidate();
    expect(forgotten).toEqual([["/events/a/*"]]);
  });

  it("is told by the next one, which waits for that, when who held the work is gone", async () => {
    await ask(["events/a/*"]);
    expect(await core.Invalidation.hold("one that is killed")).toBe(true);
    let passedMs = 0;
    const source = { now: () => Date.now() + passedMs, id: () => `${passedMs}` };
    const wait = async (ms: number) => {
      passedMs += ms;
      expect(forgotten).toEqual([]);
    };
    await invalidate({ source, wait });
    expect(passedMs).toBeGreaterThanOrEqual(60_000);
    expect(forgotten).toEqual([["/events/a/*"]]);
  });

  it("is left to who holds the work as soon as that one shows that it is there", async () => {
    await ask(["events/a/*"]);
    expect(await core.Invalidation.hold("one at work")).toBe(true);
    let waited = 0;
    const wait = async () => {
      if (++waited === 2) expect(await core.Invalidation.hold("one at work")).toBe(true);
    };
    await invalidate({ wait });
    expect([waited, forgotten]).toEqual([2, []]);
    await core.Invalidation.release("one at work");
  });

  it("is told the rest by the next one when time is up", async () => {
    await ask(["events/a/*"]);
    await invalidate({ remainingMs: () => 59_000 });
    expect(forgotten).toEqual([]);
    await invalidate();
    expect(forgotten).toEqual([["/events/a/*"]]);
  });
});
