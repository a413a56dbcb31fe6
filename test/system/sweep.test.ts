import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { DEMO_EVENT_ID } from "@dropclip/cli/demo";
import { uuidv7 } from "@dropclip/core/ids";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { beginParts, UPLOADS } from "../api/support.ts";
import { aws } from "../support/aws.ts";
import { type TestCloud, testCloud } from "../support/cloud.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154", "hex");
const NOTHING = {
  restarted: 0,
  expired: 0,
  failed: 0,
  retried: 0,
  aborted: 0,
  settlements: 0,
  left: 0,
  stuck: 0,
  overdue: 0,
};
let cloud: TestCloud;
let sweep: typeof import("@dropclip/functions/sweep").sweep;
let later = 0;
const source = { now: () => Date.now() + later, id: () => "unused" };

beforeAll(async () => {
  // A bus that loses every object's event.
  cloud = await testCloud({
    adjust: (facts) => ({ ...facts, rules: facts.rules.filter(({ name }) => !name.includes("object-created")) }),
  });
  process.env.INGEST_ARN = cloud.facts.stateMachines[0]!.arn;
  ({ sweep } = await import("@dropclip/functions/sweep"));
});
afterAll(() => cloud.dispose());

/** Nothing in S3 sets the time of an object; its own file does. */
function modify(key: string, modifiedMs: number) {
  const database = new DatabaseSync(join(cloud.directory, "cloud.db"));
  const { changes } = database.prepare("UPDATE s3_objects SET modified_ms = ? WHERE key = ?").run(modifiedMs, key);
  database.close();
  expect(changes).toBe(1);
}

const read = async (uploadId: string) => (await cloud.call("GET", `/uploads/${uploadId}`)).body;
const multiparts = async () =>
  (await aws(cloud).s3("GET", "/dropclip-uploads-dev?uploads")).text.match(/<UploadId>/g)?.length ?? 0;

const ago = (ms: number) => ({ now: () => Date.now() - ms, id: () => uuidv7(Date.now()) });

/** So many uploads of the fan, each waiting for its bytes: written as they are stored, whatever a fan is granted. */
async function flood(count: number, agoMs: number) {
  const [{ UploadEntity, openShard }, { MediaEntity }] = await Promise.all([
    import("@dropclip/core/upload.entity"),
    import("@dropclip/core/media.entity"),
  ]);
  const at = Date.now() - agoMs;
  const createdAt = new Date(at).toISOString();
  const uploads = Array.from({ length: count }, () => {
    const uploadId = uuidv7(at);
    return {
      uploadId,
      eventId: DEMO_EVENT_ID,
      fanId: cloud.fanId,
      creativeId: cloud.creativeId,
      createdAt,
      contentType: "image" as const,
      status: "pending" as const,
      revision: 0,
      openShard: openShard(uploadId),
      expiresAt: new Date(at + 24 * HOUR).toISOString(),
    };
  });
  const media = uploads.map(({ uploadId }) => ({
    uploadId,
    mediaId: "image1",
    contentType: "image" as const,
    fileName: "a.png",
    extension: "png",
    bytes: 4,
    maxDurationMs: 1,
    status: "pending" as const,
    progress: 0,
    timeline: [{ at: createdAt, step: "created" }],
    createdAt,
  }));
  await UploadEntity.put(uploads).go({ concurrent: 4 });
  await MediaEntity.put(media).go({ concurrent: 4 });
}

/** An upload of the other fan whose file arrived long ago, and whose event was lost; its id. */
async function ofOtherFan(agoMs: number) {
  const [{ Upload }, { Keys }] = await Promise.all([import("@dropclip/core/upload"), import("@dropclip/core/keys")]);
  const fanId = cloud.seeds.users["other-fan"].userId;
  const files = [{ name: "note.png", bytes: 4 }];
  const made = await Upload.create({ eventId: DEMO_EVENT_ID, fanId, files }, ago(agoMs));
  const key = Keys.staged({ ...made, mediaId: "image1" }, "png");
  expect((await aws(cloud).s3("PUT", `/${UPLOADS}/${key}`, {}, "text")).status).toBe(200);
  modify(key, Date.now() - agoMs);
  return made.uploadId;
}

describe("sweep", () => {
  it("takes in what arrived but whose event was lost, once", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "dropclip-")), "photo.png");
    const picture = sharp({ create: { width: 8, height: 8, channels: 3, background: "#123456" } });
    writeFileSync(file, await picture.png().toBuffer());
    const { uploadId } = await cloud.send([file]);
    // EventBridge may still hand the event over.
    later = 2 * HOUR - MINUTE;
    expect(await sweep(source)).toEqual(NOTHING);
    later = 2 * HOUR + MINUTE;
    expect(await sweep(source)).toEqual({ ...NOTHING, restarted: 1 });
    expect((await cloud.completed(uploadId)).media[0].timeline.map(({ step }: any) => step)).toEqual([
      "created",
      "claimed",
      "published",
    ]);
    expect(await sweep(source)).toEqual(NOTHING);
  });

  it("expires what never arrived, after its day is over, and gives its parts back", async () => {
    const files = [{ name: "never.mp4", bytes: 100 * 1024 ** 2 }];
    const { uploadId } = (await cloud.call("POST", `/events/${DEMO_EVENT_ID}/uploads`, { files })).body;
    await beginParts(cloud.call, uploadId);
    expect(await multiparts()).toBe(1);

    later = 24 * HOUR;
    expect(await sweep(source)).toEqual(NOTHING);
    expect((await read(uploadId)).status).toBe("pending");
    later = 24 * HOUR + 16 * MINUTE;
    expect(await sweep(source)).toEqual({ ...NOTHING, expired: 1, aborted: 1 });
    expect(await read(uploadId)).toMatchObject({ status: "expired", media: [{ status: "expired" }] });
    expect(await multiparts()).toBe(0);
    expect(await sweep(source)).toEqual(NOTHING);
  });

  it("ends multipart uploads that the record does not name, some of them a run, and leaves the one it names", async () => {
    later = 0;
    const files = [{ name: "film.mp4", bytes: 100 * 1024 ** 2 }];
    const { uploadId } = (await cloud.call("POST", `/events/${DEMO_EVENT_ID}/uploads`, { files })).body;
    const { s3UploadId, key } = await beginParts(cloud.call, uploadId);
    const foreign = async () => expect((await aws(cloud).s3("POST", `/${UPLOADS}/${key}?uploads=`)).status).toBe(200);
    for (let count = 0; count < 520; count += 20) await Promise.all(Array.from({ length: 20 }, foreign));
    // What was begun a moment ago may be about to be named.
    later = 14 * MINUTE;
    expect(await sweep(source)).toEqual(NOTHING);
    later = 16 * MINUTE;
    expect(await sweep(source)).toEqual({ ...NOTHING, aborted: 500 });
    const { text } = await aws(cloud).s3("GET", `/${UPLOADS}?uploads=`);
    expect(text.match(/<UploadId>/g)).toHaveLength(21);
    expect(text).toContain(s3UploadId);
    const list = { mediaId: "video", operation: "ListParts" };
    const { url } = (await cloud.call("POST", `/uploads/${uploadId}/sign`, list)).body.requests[0];
    expect((await fetch(url)).status).toBe(200);

    // Its day is over; it expires once nothing of it is left.
    later = 24 * HOUR + 16 * MINUTE;
    expect(await sweep(source)).toEqual({ ...NOTHING, aborted: 21, expired: 1 });
    expect(await multiparts()).toBe(0);
    expect((await fetch(url)).status).toBe(404);
    expect((await read(uploadId)).status).toBe("expired");
  });

  it("begins nothing when its time is over", async () => {
    await flood(3, HOUR);
    later = 0;
    expect(await sweep(source, () => 59_000)).toMatchObject({ restarted: 0, expired: 0, settlements: 0, left: 3 });
    later = 25 * HOUR;
    expect(await sweep(source)).toMatchObject({ expired: 3, left: 0 });
    later = 0;
  });

  it("does all of it by its rule and as its own role", async () => {
    const { Upload } = await import("@dropclip/core/upload");
    const { Keys } = await import("@dropclip/core/keys");
    const made = (agoMs: number) =>
      Upload.create(
        { eventId: DEMO_EVENT_ID, fanId: cloud.fanId, files: [{ name: "note.png", bytes: 4 }] },
        { now: () => Date.now() - agoMs, id: () => uuidv7(Date.now()) },
      );
    const [lost, never] = [await made(3 * HOUR), await made(25 * HOUR)];
    // Claimed long ago by executions nobody knows any more: one that failed, and one that is said to be under way.
    const { Media } = await import("@dropclip/core/media");
    const earlier = { now: () => Date.now() - HOUR, id: () => "unused" };
    const executionArn = `${cloud.facts.stateMachines[0]!.arn.replace(":stateMachine:", ":execution:")}:unknown`;
    const claim = async () => {
      const ref = { ...(await made(3 * HOUR)), mediaId: "image1" };
      const arrival = { key: Keys.staged(ref, "png"), bytes: 4, etag: "e", sequencer: "0A", executionArn };
      expect((await Media.claim(arrival, async () => PNG, earlier)).route).toBe("image");
      return ref;
    };
    await claim();
    await Media.fail(await claim(), { error: "Error", cause: "", executionArn }, earlier);
    const key = Keys.staged({ ...lost, mediaId: "image1" }, "png");
    expect((await aws(cloud).s3("PUT", `/dropclip-uploads-dev/${key}`, {}, "text")).status).toBe(200);
    // It arrived as long ago as its upload was made.
    modify(key, Date.now() - 3 * HOUR);

    const rule = cloud.facts.rules.find(({ schedule }) => schedule === "rate(15 minutes)")!;
    const { name } = cloud.facts.functions.find(({ arn }) => arn === rule.targets[0]!.arn)!;
    expect(await aws(cloud).invoke(name, { "detail-type": "Scheduled Event" })).toEqual({
      ...NOTHING,
      restarted: 1,
      expired: 1,
      retried: 1,
      // The claimed one has not moved for an hour.
      stuck: 1,
    });
    expect((await cloud.ended(lost.uploadId)).media[0].reason.code).toBe("media.type_mismatch");
    expect((await read(never.uploadId)).status).toBe("expired");
    expect(cloud.logs.filter(({ service }) => service === "iam")).toEqual([]);
  });

  it("looks after one fan's file though another one floods it with uploads", async () => {
    later = 0;
    await flood(400, 5 * HOUR);
    const lost = await ofOtherFan(3 * HOUR);
    // Time for 40 of them.
    const shortRun = () => {
      let begun = 0;
      return sweep(source, () => (begun++ < 40 ? HOUR : 0));
    };
    const done = await shortRun();
    expect(done).toMatchObject({ restarted: 1 });
    expect(done.left).toBeGreaterThan(350);
    expect((await cloud.ended(lost)).media[0].reason.code).toBe("media.type_mismatch");
  });
});
