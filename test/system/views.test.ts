import { gunzipSync, gzipSync } from "node:zlib";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { AccessLog } from "@dropclip/core/views/access-log";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  bodyOf,
  CONTENT,
  expectProblem,
  HOUR,
  keysIn,
  later,
  newEvent,
  published,
  records,
  settled,
  troubles,
} from "../api/support.ts";
import { aws } from "../support/aws.ts";
import { type Api, type TestCloud, testCloud } from "../support/cloud.ts";
import { eventually } from "../support/eventually.ts";

const LOGS = "dropclip-logs-dev";

let cloud: TestCloud;
let creative: Api;
let s3: S3Client;
/** An event with a clip and two photos, watched by nobody yet. */
let eventId: string;
let clip: { uploadId: string; urls: Record<"content" | "stream" | "thumbnail", string> };
let photos: any;

beforeAll(async () => {
  cloud = await testCloud({ logDeliveryMs: 300 });
  const { region, credentials, endpoints } = cloud;
  s3 = new S3Client({ region, credentials, endpoint: endpoints.s3, forcePathStyle: true });
  creative = await cloud.as("creative");
  ({ eventId } = await newEvent(creative));
  photos = await published(cloud, { eventId, count: 2 });
  clip = await publishedClip();
});
afterAll(async () => {
  s3.destroy();
  await cloud.dispose();
});

/** A published clip, its files put where MediaConvert puts them. */
async function publishedClip() {
  const [{ Upload }, { Media }, { Keys }] = await Promise.all([
    import("@dropclip/core/upload"),
    import("@dropclip/core/media"),
    import("@dropclip/core/keys"),
  ]);
  const head = Buffer.concat([Buffer.from("000000186674797069736f6d", "hex"), Buffer.alloc(64)]);
  const files = [{ name: "clip.mp4", bytes: head.length }];
  const { uploadId } = await Upload.create({ eventId, fanId: cloud.fanId, files });
  const ref = { eventId, fanId: cloud.fanId, uploadId, mediaId: "video" };
  const arrival = { bytes: head.length, etag: "e", sequencer: "1", executionArn: "arn:none" };
  await Media.claim({ ...arrival, key: Keys.staged(ref, "mp4") }, async () => head);
  const made = [Keys.video(ref), Keys.stream(ref), `${Keys.directory(ref)}/hls/1.m4s`, Keys.thumbnail(ref)];
  for (const key of made) expect((await aws(cloud).s3("PUT", `/${CONTENT}/${key}`, {}, "0123456789")).status).toBe(200);
  await Media.publish(ref, { width: 16, height: 12, durationMs: 1000 });
  const { media } = await Upload.get({ uploadId, userId: cloud.fanId });
  return { uploadId, urls: media[0]!.urls as (typeof clip)["urls"] };
}

const ask = async (url: string, init: RequestInit = {}) => {
  const response = await fetch(url, init);
  await response.arrayBuffer();
  return response;
};
const ranged = (range: string) => ({ headers: { range } });
const viewsOf = async (path: string) => bodyOf(await creative("GET", `${path}/views`));
const rankingOf = async (path: string, query = "") =>
  bodyOf(await creative("GET", `${path}/views/media${query}`)).media.map((one: any) => [
    ...[one.uploadId, one.mediaId, one.plays, one.opens],
  ]);
const event = () => `/events/${eventId}`;
const today = () => new Date().toISOString().slice(0, 10);
const created = (key: string) => ({ detail: { bucket: { name: LOGS }, object: { key } } });
const count = (key: string) => aws(cloud).invoke("dropclip-count-views-dev", created(key));
const logKeys = () => keysIn(cloud, LOGS, "edge/media/");

/** A log like CloudFront's, with these requests. */
async function putLog(key: string, lines: object[]) {
  const Body = gzipSync(lines.map((line) => JSON.stringify(line)).join("\n"));
  await s3.send(new PutObjectCommand({ Bucket: LOGS, Key: key, Body }));
}
const line = (path: string, date = "2026-06-01") => ({
  ...{ date, time: "20:00:00", "cs-method": "GET", "cs-uri-stem": path, "sc-status": "200", "sc-bytes": "100" },
  ...{ "sc-range-start": "-", "sc-range-end": "-" },
});

describe("what is watched", () => {
  it("is counted from the edge's own logs: clips that begin and photos that open, once each", async () => {
    const { content, stream, thumbnail } = clip.urls;
    const [first, second] = photos.media.map((one: any) => one.urls);
    // Three plays, in the three ways that players begin.
    await ask(stream);
    const whole = await ask(content);
    expect((await ask(content, ranged("bytes=0-"))).status).toBe(206);
    // Not plays: a player's try, what follows a beginning, a question, what the browser has, what shows in the grid.
    expect((await ask(content, ranged("bytes=0-1"))).status).toBe(206);
    expect((await ask(content, ranged("bytes=5-7"))).status).toBe(206);
    expect((await ask(stream, { method: "HEAD" })).status).toBe(200);
    expect((await ask(content, { headers: { "if-none-match": whole.headers.get("etag")! } })).status).toBe(304);
    await ask(stream.replace("index.m3u8", "1.m4s"));
    await ask(thumbnail);
    // Three opened photos, and one in the grid.
    await ask(first.content);
    for (let time = 0; time < 2; time++) await ask(second.content);
    await ask(first.thumbnail);
    // What is not there.
    for (const url of [stream, content, first.content])
      expect((await ask(url.replace(eventId, clip.uploadId))).status).toBeGreaterThanOrEqual(400);
    // What nobody may see.
    bodyOf(await creative("PATCH", `/uploads/${photos.uploadId}/media/image1`, { hidden: true }));
    await settled(photos.uploadId, "image1", "hidden");
    await eventually(async () => expect((await ask(first.content, { method: "HEAD" })).status).toBe(403));
    expect((await ask(first.content)).status).toBe(403);

    await eventually(async () => expect(await viewsOf(event())).toMatchObject({ opens: 3, plays: 3 }));
    const { days, bytes } = await viewsOf(event());
    expect(days.reduce((sum: number, day: any) => sum + day.bytes, 0)).toBe(bytes);
    expect(await rankingOf(event())).toEqual([
      [clip.uploadId, "video", 3, 0],
      [photos.uploadId, "image2", 0, 2],
      [photos.uploadId, "image1", 0, 1],
    ]);
    const ofMedia = await viewsOf(`/uploads/${clip.uploadId}/media/video`);
    expect(ofMedia).toMatchObject({ plays: 3, opens: 0 });
    // Previews are the event's alone.
    expect(ofMedia.bytes).toBeLessThan(bytes);
    expect(await viewsOf(`/uploads/${photos.uploadId}/media/image2`)).toMatchObject({ plays: 0, opens: 2 });
  });

  it("is kept without a word on who watched", async () => {
    const [key] = await logKeys();
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: LOGS, Key: key! }));
    const text = gunzipSync(await Body!.transformToByteArray()).toString();
    for (const one of text.trim().split("\n")) expect(Object.keys(JSON.parse(one))).toEqual([...AccessLog.FIELDS]);
    expect(text).not.toMatch(/127\.0\.0\.1|undici|node/);
  });

  it("is counted once, however often and in whatever order its logs arrive", async () => {
    const before = await records(cloud);
    for (const key of (await logKeys()).toReversed()) await Promise.all([count(key), count(key)]);
    expect(await records(cloud)).toEqual(before);
  });

  it("is told of a collection, wherever it was watched, and of the days that are named", async () => {
    const { collectionId } = bodyOf(await creative("POST", "/collections", { title: "Best" }), 201);
    const place = `/collections/${collectionId}`;
    expect(await viewsOf(place)).toMatchObject({ plays: 0, opens: 0, bytes: 0, days: [] });
    for (const media of [`${clip.uploadId}/video`, `${photos.uploadId}/image2`])
      bodyOf(await creative("PUT", `${place}/media/${media}`), 204);
    expect(await viewsOf(place)).toMatchObject({ plays: 3, opens: 2 });
    const ranking = [
      [clip.uploadId, "video", 3, 0],
      [photos.uploadId, "image2", 0, 2],
    ];
    expect(await rankingOf(place)).toEqual(ranking);
    // The logs may be of two days.
    const named = `?from=2026-01-01&to=${today()}`;
    expect(await rankingOf(place, named.replace("2026-01-01", today()))).toEqual(expect.any(Array));
    expect(await rankingOf(event(), "?from=2020-01-01&to=2020-01-31")).toEqual([]);
    const none = await creative("GET", `${event()}/views?from=2020-01-01&to=2020-12-31`);
    expect(bodyOf(none)).toEqual({ from: "2020-01-01", to: "2020-12-31", plays: 0, opens: 0, bytes: 0, days: [] });
    for (const query of ["?from=2026-02-31", "?from=x", "?to=2026-06-01&from=2026-06-02", "?from=2024-01-01"])
      expectProblem(await creative("GET", `${event()}/views${query}`), 400, "request.invalid");
    expectProblem(
      await creative("GET", `${event()}/views/media?from=2026-01-01&to=2026-02-01`),
      400,
      "request.invalid",
    );
  });
});

describe("a log of many media", () => {
  /** More than one transaction holds. */
  const UPLOADS = 40;
  const DAYS = ["2026-06-01", "2026-06-02"];
  let many: { uploadId: string; path: string }[];
  let night: string;

  beforeAll(async () => {
    const { Upload } = await import("@dropclip/core/upload");
    ({ eventId: night } = await newEvent(creative, { uploadsPerFan: 100 }));
    many = [];
    for (let made = 0; made < UPLOADS; made++) {
      const files = [{ name: "clip.mp4", bytes: 100 }];
      const { uploadId } = await Upload.create({ eventId: night, fanId: cloud.fanId, files });
      many.push({ uploadId, path: `/events/${night}/uploads/${cloud.fanId}/${uploadId}/video.mp4` });
    }
  });

  const lines = () => many.flatMap(({ path }) => DAYS.map((day) => line(path, day)));
  const all = { plays: UPLOADS * DAYS.length, bytes: UPLOADS * DAYS.length * 100 };
  const nightViews = async () => bodyOf(await creative("GET", `/events/${night}/views?from=2026-06-01&to=2026-06-30`));

  it("is counted exactly once, though whoever counts dies after every step, and others begin anew", async () => {
    const { Counting } = await import("@dropclip/core/views/counting");
    const key = "elsewhere/many.gz";
    const read = async function* () {
      for (const one of lines()) yield AccessLog.read(JSON.stringify(one)) as any;
    };
    /** Dies when it has counted some, as it reads on. */
    const dying = (most: number) => {
      let reads = 0;
      return Counting.count(
        key,
        () => {
          if (reads++ > 0) throw new Error("gone");
          return read();
        },
        undefined,
        most,
      );
    };
    for (const most of [1, 3, 10]) await expect(dying(most)).rejects.toThrow("gone");
    expect(await nightViews()).toMatchObject({ plays: 14 });
    // Three at once, and one that comes much later.
    await Promise.all([1, 2, 3].map(() => Counting.count(key, read, undefined, 11)));
    expect(await nightViews()).toMatchObject(all);
    expect(await Counting.count(key, read)).toBe(false);
    expect(await nightViews()).toMatchObject({
      ...all,
      days: DAYS.map((day) => ({ day, plays: UPLOADS, opens: 0, bytes: UPLOADS * 100 })),
    });
    const ranking = await creative("GET", `/events/${night}/views/media?limit=15`);
    expect(bodyOf(ranking).media.map(({ plays }: any) => plays)).toEqual(Array(15).fill(DAYS.length));
    const ofDay = await creative("GET", `/events/${night}/views/media?from=2026-06-02&to=2026-06-02&limit=100`);
    expect(bodyOf(ofDay).media).toHaveLength(UPLOADS);
  });

  it("is counted by its event, but for media that were deleted since", async () => {
    const [gone, ...rest] = many;
    bodyOf(await cloud.call("DELETE", `/uploads/${gone!.uploadId}`), 204);
    const left = async () =>
      (await records(cloud)).filter((row) => row.includes(gone!.uploadId) && row.includes("mediaviews"));
    // Settling removes what was counted of it.
    await eventually(async () => expect(await left()).toEqual([]));
    await putLog("edge/media/2026/06/01/20/E1.2026-06-01-20.00000001.gz", [...lines(), line("/nothing"), {}]);
    const { plays } = await eventually(async () => {
      const views = await nightViews();
      expect(views.plays).toBeGreaterThan(all.plays);
      expect(views.plays).toBe(all.plays + rest.length * DAYS.length);
      return views;
    });
    expect(plays).toBe(158);
    expect(await left()).toEqual([]);
    const strange = cloud.logs.filter(({ message }) => message.includes("could not be read"));
    expect(strange).toHaveLength(1);
  });

  it("goes with its event", async () => {
    const of = async () => (await records(cloud)).filter((row) => row.includes("views_1") && row.includes(night));
    expect((await of()).length).toBeGreaterThan(0);
    bodyOf(await creative("DELETE", `/events/${night}`), 204);
    const { settleEvent } = await import("@dropclip/functions/settle-event");
    // Twice nothing is found of it, some time apart.
    for (const hours of [1, 2]) await settleEvent(night, later(hours * HOUR));
    expect(await of()).toEqual([]);
  });

  it("brought no function into trouble", () => expect(troubles(cloud)).toEqual([]));
});
