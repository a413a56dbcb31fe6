import { existsSync } from "node:fs";
import { join } from "node:path";
import { writeRunFile } from "@dropclip/cli";
import { systemClock } from "@dropclip/local/clock";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { User } from "../../packages/cli/test/support/cli.ts";
import { aws } from "../support/aws.ts";
import { ffprobe, ROOT, type TestCloud, testCloud } from "../support/cloud.ts";
import { behindTheEdge } from "../support/shown.ts";

/** Real phone and camera files, kept beside the repository. */
const MEDIA = join(ROOT, "../shared/media");
const there = existsSync(MEDIA);
if (!there) console.warn(`skipped: ${MEDIA} is not there, real media is not checked`);

interface Expected {
  file: string;
  width: number;
  height: number;
  /** Seconds. */
  duration?: number;
  audio?: boolean;
}

const VIDEOS: Expected[] = [
  { file: "portrait-rotated-gps.mov", width: 320, height: 568, duration: 4, audio: true },
  { file: "portrait-rotated-720p.mp4", width: 720, height: 1280, duration: 1.3, audio: true },
  { file: "web-ready-85s.m4v", width: 320, height: 240, duration: 85.5, audio: true },
  { file: "silent.mov", width: 640, height: 360, duration: 1, audio: false },
  { file: "camera-50fps-ac3.mts", width: 1920, height: 1080, audio: true },
  { file: "camera-mjpeg.avi", width: 640, height: 480, duration: 2.6, audio: true },
  { file: "tiny-amr.3gp", width: 176, height: 144, duration: 4.9, audio: true },
  { file: "fifth-of-a-second-1080p.mp4", width: 1920, height: 1080, audio: true },
];
const IMAGES: Expected[] = [
  { file: "photo-rotated-90-gps.jpg", width: 480, height: 640 },
  { file: "photo-rotated-180-gps.jpg", width: 3264, height: 2448 },
  { file: "still.heic", width: 1440, height: 960 },
  { file: "picture.avif", width: 800, height: 600 },
];

describe.runIf(there)("real media", () => {
  let cloud: TestCloud;
  let records: Map<string, any>;

  beforeAll(async () => {
    cloud = await testCloud();
    const files = [...VIDEOS, ...IMAGES, { file: "graphic-alpha.png" }, { file: "broken.heif" }].map(
      ({ file }) => file,
    );
    const uploads = await Promise.all(
      files.map(async (file) => [file, await cloud.send([join(MEDIA, file)])] as const),
    );
    // One after the other: they are all under way, and fourteen who ask would slow them down.
    records = new Map();
    for (const [file, { uploadId }] of uploads) records.set(file, await cloud.ended(uploadId));
  }, 240_000);
  afterAll(() => cloud.dispose());

  const bytesOf = async (url: string) => Buffer.from(await (await fetch(url)).arrayBuffer());

  it.each(VIDEOS)(
    "$file becomes an upright H.264 video of $width × $height",
    async ({ file, width, height, duration, audio }) => {
      const record = records.get(file);
      expect(record).toMatchObject({ status: "complete", progress: 100, contentType: "video" });
      const [media] = record.media;
      expect(media).toMatchObject({ width, height, status: "complete" });
      const { streams, format } = await ffprobe(media.urls.content);
      expect(streams.map((stream: any) => stream.codec_name).sort()).toEqual(audio ? ["aac", "h264"] : ["h264"]);
      const video = streams.find((stream: any) => stream.codec_type === "video");
      expect([video.width, video.height, video.sample_aspect_ratio ?? "1:1"]).toEqual([width, height, "1:1"]);
      expect(video.side_data_list ?? []).toEqual([]);
      if (duration) expect(Math.abs(Number(format.duration) - duration)).toBeLessThan(0.2);
      expect(Math.abs(media.durationMs / 1000 - Number(format.duration))).toBeLessThan(0.2);

      const bytes = await bytesOf(media.urls.content);
      expect(bytes.indexOf("moov")).toBeLessThan(bytes.indexOf("mdat"));
      for (const trace of ["location", "\xa9xyz", "Apple", "iPhone", "com.android"])
        expect(bytes.indexOf(Buffer.from(trace, "latin1"))).toBe(-1);
      expect(Object.keys(format.tags ?? {}).filter((tag) => /location|make|model|software/i.test(tag))).toEqual([]);

      const stream = await ffprobe(media.urls.stream);
      const sizes = stream.streams
        .filter((one: any) => one.codec_type === "video")
        .map((one: any) => [one.width, one.height]);
      expect(sizes).toContainEqual([width, height]);
      for (const [w, h] of sizes) expect(Math.abs(w / h - width / height)).toBeLessThan(0.02);

      const thumbnail = await sharp(await bytesOf(media.urls.thumbnail)).metadata();
      expect(thumbnail.format).toBe("jpeg");
      expect(Math.abs(thumbnail.width! / thumbnail.height! - width / height)).toBeLessThan(0.02);
    },
  );

  it.each(IMAGES)(
    "$file becomes an upright JPEG of $width × $height without metadata",
    async ({ file, width, height }) => {
      const record = records.get(file);
      expect(record).toMatchObject({
        status: "complete",
        contentType: "image",
        media: [{ mediaId: "image1", width, height }],
      });
      const image = await sharp(await bytesOf(record.urls.content)).metadata();
      expect(image).toMatchObject({ format: "jpeg", width, height });
      expect([image.exif, image.xmp, image.iptc, image.orientation]).toEqual([
        undefined,
        undefined,
        undefined,
        undefined,
      ]);
      const thumbnail = await sharp(await bytesOf(record.urls.thumbnail)).metadata();
      expect(thumbnail.format).toBe("webp");
      expect(Math.max(thumbnail.width!, thumbnail.height!)).toBeLessThanOrEqual(640);
    },
  );

  it("graphic-alpha.png is shown on white where it is see-through, never on black", async () => {
    const source = sharp(join(MEDIA, "graphic-alpha.png"));
    const onWhite = await source.flatten({ background: "#ffffff" }).stats();
    const shown = await sharp(await bytesOf(records.get("graphic-alpha.png").urls.content)).stats();
    for (const [index, { mean }] of shown.channels.entries())
      expect(Math.abs(mean - onWhite.channels[index]!.mean)).toBeLessThan(2);
  });

  it("broken.heif is rejected with a reason, its object is gone, and nothing else is disturbed", async () => {
    const record = records.get("broken.heif");
    expect(record).toMatchObject({
      status: "rejected",
      media: [{ status: "rejected", reason: { code: "media.corrupt" } }],
    });
    expect(record.media[0].urls).toBeUndefined();
    expect(cloud.logs.filter(({ level }) => level === "error")).toEqual([]);
  });

  it("tells an operator what a clip cost, and all of the event", async () => {
    const user = new User();
    onTestFinished(() => user.leave());
    onTestFinished(writeRunFile(cloud));
    const cost = async (...args: string[]) => {
      const env = { ...user.env, DROPCLIP_DIRECTORY: cloud.directory };
      const run = await user.run(["cost", ...args, "--json"], { env, clock: systemClock });
      expect(run).toMatchObject({ code: 0, stderr: "" });
      return JSON.parse(run.stdout);
    };
    const amount = ({ lines }: any, item: string) => lines.find((line: any) => line.item === item)?.amount ?? 0;
    // 240 lines are one SD output; its rate was noted when it was planned.
    const clip = await cost(records.get("web-ready-85s.m4v").uploadId);
    expect(amount(clip, "MediaConvert, HD")).toBe(0);
    expect(Math.abs(amount(clip, "MediaConvert, SD") - 86 / 60)).toBeLessThan(0.02);
    expect(clip).toMatchObject({ media: 1, assumed: [] });
    // 50 frames a second, and interlaced or not: two minutes for each.
    const fast = await cost(records.get("camera-50fps-ac3.mts").uploadId);
    expect(fast.total).toBeGreaterThan(0);
    const event = await cost("--event", "demo");
    expect(event.media).toBe(records.size);
    expect(event.total).toBeGreaterThan(clip.total + fast.total);
  });

  it("shows nothing at the edge of what S3 and MediaConvert keep with what they store", async () => {
    const media = [...records.values()].flatMap((record) => record.media).filter(({ urls }) => urls);
    const urls = media.flatMap((one) => Object.values<string>(one.urls));
    expect(urls.length).toBeGreaterThan(2 * VIDEOS.length);
    const stored = `/dropclip-content-dev${new URL(records.get("silent.mov").media[0].urls.stream).pathname}`;
    const { headers } = await aws(cloud).s3("HEAD", stored);
    expect([...headers.keys()]).toEqual(
      expect.arrayContaining(["x-amz-meta-mediaconvert-jobid", "x-amz-server-side-encryption"]),
    );
    for (const url of [...urls, `${urls[0]}.none`]) {
      const answer = await fetch(url);
      await answer.arrayBuffer();
      expect(behindTheEdge(answer), url).toEqual([]);
    }
  });

  it("serves each from the edge, privately stored", async () => {
    const { content, stream } = records.get("silent.mov").urls;
    const first = await fetch(content, { headers: { origin: "https://anywhere.example" } });
    await first.arrayBuffer();
    expect(first.headers.get("access-control-allow-origin")).toBe("*");
    expect(first.headers.get("content-type")).toBe("video/mp4");
    expect(first.headers.get("strict-transport-security")).toMatch(/max-age=31536000/);
    const second = await fetch(content);
    await second.arrayBuffer();
    expect(second.headers.get("x-cache")).toBe("Hit from cloudfront");
    expect((await fetch(stream)).headers.get("content-type")).toMatch(/mpegurl/i);
    const key = new URL(content).pathname;
    expect((await fetch(`${cloud.endpoints.s3}/dropclip-content-dev${key}`)).status).toBe(403);
  });
});
