import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetObjectCommand, GetObjectTaggingCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  bodyOf,
  CONTENT,
  edge,
  executionOf,
  IMAGES,
  keysIn,
  MIB,
  newEvent,
  photo,
  settled,
  troubles,
} from "../api/support.ts";
import { aws } from "../support/aws.ts";
import { type Api, type TestCloud, testCloud } from "../support/cloud.ts";
import { eventually } from "../support/eventually.ts";
import { quarters } from "../support/mirrored.ts";

const folder = mkdtempSync(join(tmpdir(), "dropclip-review-"));
let cloud: TestCloud;
let creative: Api;
let eventId: string;
let upload: any;
/** What the edge answered while the clip was worked on, at the addresses that anybody can guess. */
const seen = new Set<number>();

beforeAll(async () => {
  cloud = await testCloud();
  creative = await cloud.as("creative");
  ({ eventId } = await newEvent(creative, { review: true }));
  // A mirrored clip: all that is made of it is read and written once more.
  const clip = await quarters(join(folder, "clip.mp4"), [-1, 0, 0, 1]);
  const { uploadId } = await cloud.send([clip, await photo()], { eventId });
  upload = bodyOf(await cloud.call("GET", `/uploads/${uploadId}`));
  const ended = cloud.ended(uploadId);
  let working = true;
  void ended.finally(() => {
    working = false;
  });
  while (working) for (const url of guesses()) seen.add(await edge(url));
  upload = await ended;
}, 120_000);
afterAll(async () => {
  await cloud.dispose();
  rmSync(folder, { recursive: true });
});

const directory = (place: "uploads" | "waiting") => `events/${eventId}/${place}/${upload.fanId}/${upload.uploadId}`;
const guesses = () =>
  (["uploads", "waiting"] as const).flatMap((place) =>
    ["video.mp4", "hls/index.m3u8", "thumbnail.jpg", "frames/frame.0000000.jpg", "images/image1.jpg"].map(
      (name) => `${cloud.cdn}/${directory(place)}/${name}`,
    ),
  );
const keysOf = async (place: "uploads" | "waiting") =>
  (await Promise.all([CONTENT, IMAGES].map((bucket) => keysIn(cloud, bucket, `${directory(place)}/`)))).flat();
/** The file's address with the key of another place. */
const addresses = (keys: string[]) =>
  keys.flatMap((key) => [key, key.replace("/waiting/", "/uploads/")].map((path) => `${cloud.cdn}/${path}`));
const statuses = async (urls: string[]) => [...new Set(await Promise.all(urls.map(edge)))];
const decide = async (verb: "publish" | "refuse", mediaId: string) =>
  bodyOf(
    await creative("POST", `/events/${eventId}/review/${verb}`, { media: [{ uploadId: upload.uploadId, mediaId }] }),
  );

describe("a clip that waits for its event's creative", () => {
  it("is made ready, and was served at no moment, by no address", async () => {
    expect(upload).toMatchObject({ status: "complete", media: [{ waiting: true }, { waiting: true }] });
    expect(bodyOf(await cloud.call("GET", `/events/${eventId}/media`)).media).toEqual([]);
    expect([...seen]).toEqual([403]);
    const keys = await keysOf("waiting");
    for (const name of ["video.mp4", "hls/index.m3u8", "thumbnail.jpg", "images/image1.jpg"])
      expect(keys).toContain(`${directory("waiting")}/${name}`);
    expect(keys.filter((key) => key.includes("/hls/")).length).toBeGreaterThan(5);
    expect(await keysOf("uploads")).toEqual([]);
    expect(await statuses(addresses(keys))).toEqual([403]);
  });

  it("is shown to the creative by signed URLs, and stays hidden when its execution is run once more", async () => {
    const { urls } = bodyOf(await creative("GET", `/uploads/${upload.uploadId}/media/video/preview`));
    expect(await statuses([urls.content, urls.thumbnail])).toEqual([200]);
    const { input, stateMachineArn } = (await executionOf(cloud, upload.uploadId))!;
    const { executionArn } = await aws(cloud).states("StartExecution", { stateMachineArn, input });
    await eventually(async () =>
      expect((await aws(cloud).states("DescribeExecution", { executionArn })).status).toBe("SUCCEEDED"),
    );
    const { Media } = await import("@dropclip/core/media");
    const ref = { ...upload, mediaId: "video", held: true };
    expect(await Media.publish(ref, { width: 1, height: 1 })).toBe("repeated");
    expect(await statuses(addresses(await keysOf("waiting")))).toEqual([403]);
    expect(bodyOf(await creative("GET", `/events/${eventId}/review`)).media).toHaveLength(2);
  });

  it("is served whole once it is published, and nothing of it is left behind", async () => {
    const before = (await keysOf("waiting")).filter((key) => !key.includes("/images/"));
    await decide("publish", "video");
    await settled(upload.uploadId, "video", "public");
    expect(await keysIn(cloud, CONTENT, `${directory("waiting")}/`)).toEqual([]);
    expect(await keysIn(cloud, CONTENT, `${directory("uploads")}/`)).toEqual(
      before.map((key) => key.replace("/waiting/", "/uploads/")),
    );
    const [video] = bodyOf(await cloud.call("GET", `/uploads/${upload.uploadId}`)).media;
    const frame = video.storyboard.url.replace("{frame}", "0000000");
    const playlist = (await (await fetch(video.urls.stream)).text()).split("\n").find((line) => line.endsWith(".m3u8"));
    const urls = [...Object.values<string>(video.urls), frame, new URL(playlist!, video.urls.stream).href];
    await eventually(async () => expect(await statuses(urls)).toEqual([200]));
    const { headers } = await fetch(video.urls.content);
    expect([headers.get("content-type"), headers.get("x-amz-tagging-count")]).toEqual(["video/mp4", null]);
    const { media } = bodyOf(await cloud.call("GET", `/events/${eventId}/media`));
    expect(media.map((one: any) => one.mediaId)).toEqual(["video"]);
  });

  it("is moved in parts where it is large, with its type and metadata, and no tag but the one wanted", async () => {
    const { move } = await import("@dropclip/functions/move");
    const below = `${directory("waiting")}/large/`;
    const bytes = Buffer.alloc(11 * MIB + 3, "large");
    const { region, credentials, endpoints } = cloud;
    const s3 = new S3Client({ region, credentials, endpoint: endpoints.s3, forcePathStyle: true });
    const film = { Bucket: CONTENT, Key: `${below}film.mp4`, ContentType: "video/mp4", Body: bytes };
    await s3.send(new PutObjectCommand({ ...film, Metadata: { mirrored: "true" }, Tagging: "other=true" }));
    const to = (key: string) => key.replace("/waiting/", "/uploads/");
    const all = { bucket: CONTENT, below, to, tag: "hidden=true", copyBytes: 5 * MIB };
    expect([await move(all), await move(all)]).toEqual([1, 0]);
    const found = await s3.send(new GetObjectCommand({ Bucket: CONTENT, Key: to(`${below}film.mp4`) }));
    expect(Buffer.from(await found.Body!.transformToByteArray()).equals(bytes)).toBe(true);
    expect([found.ContentType, found.Metadata, found.ETag]).toEqual([
      ...["video/mp4", { mirrored: "true" }, expect.stringMatching(/-3"$/)],
    ]);
    const { TagSet } = await s3.send(new GetObjectTaggingCommand({ Bucket: CONTENT, Key: to(`${below}film.mp4`) }));
    expect(TagSet).toEqual([{ Key: "hidden", Value: "true" }]);
    s3.destroy();
  });

  it("is gone once it is refused", async () => {
    await decide("refuse", "image1");
    await settled(upload.uploadId, "image1", "refused");
    expect(await keysOf("waiting")).toEqual([]);
    expect((await keysOf("uploads")).filter((key) => key.includes("/images/"))).toEqual([]);
    expect(await statuses(guesses().filter((url) => url.includes("/images/")))).toEqual([403]);
    expect(troubles(cloud)).toEqual([]);
  });
});
