import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findFfmpeg } from "@dropclip/local/ffmpeg";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aws } from "../support/aws.ts";
import { clip, ffprobe, ROOT, type TestCloud, testCloud } from "../support/cloud.ts";

/** Small files with one fault each, kept beside the repository. */
const FAULTS = join(ROOT, "../shared/media/faults");
const there = existsSync(FAULTS);
if (!there) console.warn(`skipped: ${FAULTS} is not there, its files are not checked`);

/** Colours may be so far away: lossy pictures are never exact. */
const NEAR = 6;

const CLIPS = [
  "04-trimmed-by-edit-list.mp4",
  "05-browser-recorded.webm",
  "06-auto-fps-30-to-24.mp4",
  "08-matrix-hflip.mp4",
  "11-unknown-audio-first.mov",
  "12-still-track-first.mov",
  "13-screen-recording-1170x2532.mp4",
  "14-transfer-bt470bg.mp4",
  "18-private-sei.mp4",
];
const PHOTOS = [
  "01-display-p3-icc.heic",
  "03-primary-is-second.heic",
  "07-nclx-display-p3.avif",
  "09-animated.avif",
  "09b-avif-major-mif1.avif",
  "15-jpeg-without-eoi.jpg",
];
const REFUSED = ["10-truncated.heic", "17-svg-as-avif.avif"];

describe.runIf(there)("files that once came out wrong", () => {
  let cloud: TestCloud;
  let ffmpeg: string;
  let directory: string;
  const records = new Map<string, any>();

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "dropclip-"));
    ({ ffmpeg } = findFfmpeg());
    cloud = await testCloud();
    const uploads = await Promise.all(
      [...CLIPS, ...PHOTOS, ...REFUSED].map(async (file) => [file, await cloud.send([join(FAULTS, file)])] as const),
    );
    for (const [file, { uploadId }] of uploads) records.set(file, await cloud.ended(uploadId));
  }, 240_000);
  afterAll(async () => {
    await cloud.dispose();
    rmSync(directory, { recursive: true, force: true });
  });

  const bytesOf = async (url: string) => Buffer.from(await (await fetch(url)).arrayBuffer());
  /** `video.mp4` as a file of its own. */
  async function served(file: string): Promise<string> {
    const path = join(directory, `${file}.served.mp4`);
    if (!existsSync(path)) writeFileSync(path, await bytesOf(records.get(file).urls.content));
    return path;
  }
  /** The mean colour of each frame, as red, green and blue. */
  function frames(path: string, ...options: string[]): number[][] {
    const scale = [
      "-vf",
      "scale=1:1:flags=area",
      "-fps_mode",
      "passthrough",
      "-f",
      "rawvideo",
      "-pix_fmt",
      "rgb24",
      "-",
    ];
    const raw = execFileSync(ffmpeg, ["-v", "error", ...options, "-i", path, ...scale], { maxBuffer: 2 ** 24 });
    return Array.from({ length: raw.length / 3 }, (_, index) => [...raw.subarray(index * 3, index * 3 + 3)]);
  }
  const streamsOf = async (file: string) => (await ffprobe(await served(file))).streams as any[];
  const videoOf = async (file: string) => (await streamsOf(file)).find((stream) => stream.codec_type === "video");

  it.each(CLIPS)("%s is published, and told as it is served", async (file) => {
    const record = records.get(file);
    expect([record.status, record.media[0].reason]).toEqual(["complete", undefined]);
    const [media] = record.media;
    const { format } = await ffprobe(await served(file));
    const { width, height } = await videoOf(file);
    expect([media.width, media.height]).toEqual([width, height]);
    expect(Math.abs(media.durationMs / 1000 - Number(format.duration))).toBeLessThan(0.1);
  });

  it("what was trimmed off is not in the file, also for who ignores the edit list", async () => {
    const path = await served("04-trimmed-by-edit-list.mp4");
    for (const found of [frames(path), frames(path, "-ignore_editlist", "1")]) {
      expect(found.length).toBeGreaterThan(50);
      for (const [red, green] of found) expect([red! < 60, green! > 100]).toEqual([true, true]);
    }
  });

  it("a phone's rate in dim light is the faster one, and no picture is lost", async () => {
    const { avg_frame_rate } = await videoOf("06-auto-fps-30-to-24.mp4");
    expect(avg_frame_rate).toBe("30/1");
    const shown = frames(join(FAULTS, "06-auto-fps-30-to-24.mp4"));
    expect(shown).toHaveLength(108);
    expect(frames(await served("06-auto-fps-30-to-24.mp4")).length).toBeGreaterThanOrEqual(shown.length);
  });

  it("sound that nobody can read is passed over for sound that can be", async () => {
    const kinds = (await streamsOf("11-unknown-audio-first.mov")).map(({ codec_name }) => codec_name);
    expect(kinds.sort()).toEqual(["aac", "h264"]);
    const path = await served("11-unknown-audio-first.mov");
    const { stderr } = spawnSync(ffmpeg, ["-i", path, "-af", "volumedetect", "-f", "null", "-"], { encoding: "utf8" });
    const loudest = Number(/max_volume: (-?[\d.]+) dB/.exec(stderr)?.[1]);
    expect(loudest).toBeGreaterThan(-60);
  });

  it("a cover is not taken for the film", async () => {
    const film = execFileSync(
      ffmpeg,
      [
        "-v",
        "error",
        "-i",
        join(FAULTS, "12-still-track-first.mov"),
        "-map",
        "0:1",
        "-vf",
        "scale=1:1:flags=area",
      ].concat(["-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]),
    );
    const [first] = frames(await served("12-still-track-first.mov"));
    for (const [index, value] of first!.entries()) expect(Math.abs(value - film[index]!)).toBeLessThanOrEqual(NEAR);
    expect((await videoOf("12-still-track-first.mov")).nb_frames).toBe("30");
  });

  it("what a camera notes within the picture's own data is not served", async () => {
    const source = readFileSync(join(FAULTS, "18-private-sei.mp4")).toString("latin1");
    const words = [...new Set(source.match(/[A-Za-z0-9+=.,:;\- ]{12,}/g) ?? [])].filter((word) =>
      /gps|lat|lon|camera|[+-]\d+\.\d{3}/i.test(word),
    );
    expect(words).not.toEqual([]);
    const served_ = readFileSync(await served("18-private-sei.mp4")).toString("latin1");
    expect(words.filter((word) => served_.includes(word))).toEqual([]);
  });

  /** Display P3's red, green, grey and a skin tone, in sRGB. */
  const COLORS = [
    [255, 1, 3],
    [4, 255, 0],
    [128, 128, 128],
    [255, 176, 133],
  ];
  it.each(["01-display-p3-icc.heic", "07-nclx-display-p3.avif", "09b-avif-major-mif1.avif"])(
    "%s has its colours",
    async (file) => {
      const found = await quarters(await bytesOf(records.get(file).urls.content));
      for (const [place, colour] of found.entries())
        for (const [index, value] of colour.entries())
          expect([file, place, Math.abs(value - COLORS[place]![index]!) <= NEAR]).toEqual([file, place, true]);
    },
  );
  it("a HEIC's primary picture is shown", async () => {
    const [colour] = await quarters(await bytesOf(records.get("03-primary-is-second.heic").urls.content));
    expect([colour![0]! < 60, colour![2]! > 180]).toEqual([true, true]);
  });
  it.each(PHOTOS)("%s is published", (file) => {
    expect([records.get(file).status, records.get(file).media[0].reason]).toEqual(["complete", undefined]);
  });

  it("what is damaged, or is no picture, is refused as that", () => {
    const reasons = REFUSED.map((file) => records.get(file).media[0].reason?.code);
    expect(reasons[0]).toBe("media.corrupt");
    expect(["media.type_mismatch", "media.corrupt"]).toContain(reasons[1]);
    expect(cloud.logs.filter(({ level }) => level === "error")).toEqual([]);
  });

  it("a header that lies about the length gains nothing", async () => {
    const by = await cloud.as("creative");
    const { body: event } = await by("POST", "/events", { title: "Short", videoDurationMs: 5000 });
    const { uploadId } = await cloud.send([join(FAULTS, "16-duration-lie.mkv")], { eventId: event.eventId });
    const { status, media } = await cloud.ended(uploadId);
    expect([status, media[0].reason.code]).toEqual(["rejected", "media.too_long"]);
    expect(media[0].reason.message).toContain("2:00 minutes");
  });

  it("a lie that only what was made of it gives away gains nothing either", async () => {
    const file = await clip(join(directory, "lie.avi"), { seconds: 12, size: "160x120" }, "-c:v", "mjpeg");
    // Frames in all (avih), and of each stream (strh): of two seconds. There is no index beyond.
    const bytes = readFileSync(file);
    bytes.writeUInt32LE(60, bytes.indexOf("avih") + 8 + 16);
    for (let at = bytes.indexOf("strh"); at >= 0; at = bytes.indexOf("strh", at + 4)) {
      const sound = bytes.toString("latin1", at + 8, at + 12) === "auds";
      bytes.writeUInt32LE(sound ? 94 : 60, at + 8 + 32);
    }
    const index = bytes.indexOf("idx1");
    bytes.write("JUNK", index, "latin1");
    writeFileSync(file, bytes);
    const by = await cloud.as("creative");
    const { body: event } = await by("POST", "/events", { title: "Short", videoDurationMs: 5000 });
    const { uploadId } = await cloud.send([file], { eventId: event.eventId });
    const { status, media } = await cloud.ended(uploadId);
    expect([status, media[0].reason.code]).toEqual(["rejected", "media.too_long"]);
    const left = await aws(cloud).s3("GET", `/dropclip-content-dev?list-type=2&prefix=events/${event.eventId}/`);
    expect(left.text).not.toContain("<Key>");
    // No more was converted than shows that it is too long.
    const { jobs } = await aws(cloud).mediaconvert("GET", "/2017-08-29/jobs");
    const made = jobs.find((job: any) => job.userMetadata.uploadId === uploadId)?.outputGroupDetails?.[0];
    if (made) expect(made.outputDetails[0].durationInMs).toBeLessThanOrEqual(7100);
  });

  async function quarters(bytes: Buffer): Promise<number[][]> {
    const { width = 0, height = 0 } = await sharp(bytes).metadata();
    const [w, h] = [Math.floor(width / 4), Math.floor(height / 4)];
    const places = [0, 1].flatMap((row) =>
      [0, 1].map((column) => ({ left: (1 + 2 * column) * w - 2, top: (1 + 2 * row) * h - 2 })),
    );
    return Promise.all(
      places.map(async (place) => {
        const one = { ...place, width: 1, height: 1 };
        return [...(await sharp(bytes).extract(one).removeAlpha().raw().toBuffer())];
      }),
    );
  }
});
