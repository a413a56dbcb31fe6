import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { box, patched, places, replaced, words } from "../../packages/core/test/hostile/boxes.ts";
import { BOMBS } from "../../packages/functions/test/hostile/bombs.ts";
import { hidden, MARK, PAYLOADS, PICTURES } from "../../packages/functions/test/hostile/polyglots.ts";
import { aws } from "../support/aws.ts";
import { clip, ffprobe, generate, type TestCloud, testCloud } from "../support/cloud.ts";

const folder = mkdtempSync(join(tmpdir(), "dropclip-attacks-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const written = (name: string, bytes: Buffer) => {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return file;
};

let cloud: TestCloud;
const records = new Map<string, any>();
beforeAll(async () => {
  cloud = await testCloud();
});
afterAll(() => cloud.dispose());

/** The event takes so much, and its last frame may go beyond. */
const LIMIT_MS = 5000;
const BEYOND_MS = 250;
const tiny = { size: "64x64", rate: 10, seconds: 2 };

/** Clips that say another length than is in them, or hide how long they are; by their names. */
async function liars(): Promise<Record<string, Buffer>> {
  const make = async (name: string, seconds: number, ...options: string[]) =>
    readFileSync(await clip(join(folder, name), { ...tiny, seconds }, ...options));
  const long = await make("long.mp4", 12);
  const short = await make("short.mp4", 2);
  const fragments = await make("fragments.mp4", 12, "-g", "10", "-movflags", "frag_keyframe+empty_moov+global_sidx");
  const matroska = await make("long.mkv", 12);
  const stream = await make("long.ts", 12, "-f", "mpegts");
  const late = await generate(
    join(folder, "late-sound.mkv"),
    ...[
      "-f",
      "lavfi",
      "-i",
      "testsrc2=size=64x64:rate=10:duration=2",
      "-itsoffset",
      "60",
      "-f",
      "lavfi",
      "-i",
      "sine=duration=2",
    ],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"],
  );
  const says = (file: Buffer, seconds: number) =>
    ["mvhd", "mdhd"].reduce(
      (out, type) => patched(out, type, 16, seconds * 1000),
      patched(file, "tkhd", 20, seconds * 1000),
    );
  const again = words(0, 30, ...Array.from({ length: 30 }, () => [2000, 0, 0x10000]).flat());
  const segment = Buffer.from(matroska);
  // The duration is a number of eight bytes behind its id and size.
  segment.writeDoubleBE(2000, segment.indexOf(Buffer.from("448988", "hex")) + 3);
  const cut = matroska.subarray(0, matroska.indexOf(Buffer.from("1f43b675", "hex")) - 3);
  const run = box(
    "moof",
    box("mfhd", words(0, 9)),
    box("traf", box("tfhd", words(0x20018, 1, 1, 1)), box("trun", words(0, 0x7fffffff))),
  );
  return {
    "says-two-seconds.mp4": says(long, 2),
    "says-two-seconds-fragments.mp4": patched(says(fragments, 2), "mehd", 4, 2000),
    "says-an-hour.mp4": says(short, 3600),
    "same-stretch-thirty-times.mp4": replaced(says(short, 2), ["moov", "trak", "edts", "elst"], again),
    "four-thousand-million-ticks-a-second.mp4": patched(long, "mdhd", 12, 0xffffffff),
    "says-two-seconds.mkv": segment,
    "sound-a-minute-late.mkv": readFileSync(late),
    "times-that-jump.mts": jumping(stream),
    "breaks-off-in-its-header.mkv": cut,
    "run-without-end.mp4": Buffer.concat([fragments, run]),
    "chunk-without-end.mp4": replaced(
      short,
      ["moov", "trak", "mdia", "minf", "stbl", "stsc"],
      words(0, 1, 1, 0xffffffff, 1),
    ),
    "name-of-400-kB.mp4": replaced(short, ["moov", "trak", "mdia", "hdlr"], named(short)),
  };
}

const named = (file: Buffer) => {
  const at = places(file, "hdlr")[0]!;
  return Buffer.concat([file.subarray(at, at + 24), Buffer.alloc(400_000, "x"), Buffer.alloc(1)]);
};

/** An MPEG-TS whose second half claims to be before its first. */
function jumping(stream: Buffer): Buffer {
  const middle = Math.floor(stream.length / 188 / 2) * 188;
  return Buffer.concat([stream.subarray(middle), stream.subarray(0, middle)]);
}

describe("a clip that lies about its length", () => {
  let eventId: string;
  beforeAll(async () => {
    const by = await cloud.as("creative");
    ({ eventId } = (await by("POST", "/events", { title: "Short", videoDurationMs: LIMIT_MS })).body);
    const sent = Object.entries(await liars()).map(async ([name, bytes]) => {
      const { uploadId } = await cloud.send([written(name, bytes)], { eventId });
      return [name, uploadId] as const;
    });
    for (const [name, uploadId] of await Promise.all(sent)) records.set(name, await cloud.ended(uploadId));
  });

  const publishedOf = () => [...records].filter(([, { status }]) => status === "complete");

  it.each([
    ...["says-two-seconds.mp4", "says-two-seconds-fragments.mp4", "says-two-seconds.mkv", "sound-a-minute-late.mkv"],
    ...["times-that-jump.mts"],
  ])("is refused as too long: %s", (name) => {
    expect([records.get(name).status, records.get(name).media[0].reason?.code]).toEqual(["rejected", "media.too_long"]);
  });

  it.each(["says-an-hour.mp4", "name-of-400-kB.mp4"])("is published by what is in it: %s", (name) => {
    expect([records.get(name).status, records.get(name).media[0].reason]).toEqual(["complete", undefined]);
    expect(records.get(name).media[0].durationMs).toBeLessThan(2300);
  });

  it("is refused in a sentence, or published within the limit and told as it is served; never our failure", async () => {
    for (const [name, { status, media }] of records) {
      expect(["rejected", "complete"], name).toContain(status);
      if (status === "rejected") expect(media[0].reason.message, name).toMatch(/\.$/);
    }
    for (const [name, { media }] of publishedOf()) {
      const { format } = await ffprobe(media[0].urls.content);
      expect(Number(format.duration) * 1000, name).toBeLessThanOrEqual(LIMIT_MS + BEYOND_MS);
      expect(Math.abs(Number(format.duration) * 1000 - media[0].durationMs), name).toBeLessThan(200);
    }
    expect(cloud.logs.filter(({ level }) => level === "error")).toEqual([]);
  });

  it("has no more of it converted than shows that it is too long, and nothing of it is left", async () => {
    const { jobs } = await aws(cloud).mediaconvert("GET", "/2017-08-29/jobs");
    for (const { outputGroupDetails = [] } of jobs)
      for (const { outputDetails = [] } of outputGroupDetails)
        for (const { durationInMs = 0 } of outputDetails)
          expect(durationInMs).toBeLessThanOrEqual(LIMIT_MS + 2000 + BEYOND_MS);
    const left = await aws(cloud).s3("GET", `/dropclip-content-dev?list-type=2&prefix=events/${eventId}/`);
    const uploads = new Set([...left.text.matchAll(/\/uploads\/[^/]+\/([^/]+)\//g)].map(([, id]) => id));
    expect([...uploads].sort()).toEqual(
      publishedOf()
        .map(([, { uploadId }]) => uploadId)
        .sort(),
    );
  });
});

describe("a photo that is more than a photo", () => {
  const names: string[] = [];
  beforeAll(async () => {
    const files: string[] = [];
    const add = (name: string, bytes: Buffer) => {
      names.push(name);
      files.push(written(name, bytes));
    };
    for (const [format, make] of Object.entries(PICTURES)) {
      add(`behind.${format}`, Buffer.concat([await make(), PAYLOADS.HTML!, PAYLOADS.ZIP!]));
      add(`within.${format}`, Object.values(await hidden(format))[0]!);
    }
    add("before.jpg", Buffer.concat([PAYLOADS.PDF!, await PICTURES.jpg!()]));
    for (const [name, bomb] of [
      ["text.png", "png: zTXt"],
      ["loop.jpg", "jpeg: exif loop"],
      ["steps.heic", "heic: profile of 100,000 steps"],
    ])
      add(name!, await BOMBS[bomb!]!());
    const { uploadId } = await cloud.send(files);
    for (const media of (await cloud.ended(uploadId)).media) records.set(media.fileName, media);
  });

  it("is served without, as what it is, and no browser may think otherwise", async () => {
    for (const name of names) {
      const media = records.get(name);
      if (name === "before.jpg") continue;
      expect([name, media.status]).toEqual([name, "complete"]);
      for (const [url, type] of [
        [media.urls.content, "image/jpeg"],
        [media.urls.thumbnail, "image/webp"],
      ]) {
        const response = await fetch(url);
        expect([name, response.headers.get("content-type")]).toEqual([name, type]);
        expect(response.headers.get("x-content-type-options")).toBe("nosniff");
        expect(Buffer.from(await response.arrayBuffer()).includes(MARK), name).toBe(false);
      }
    }
  });

  it("is refused where it begins as something else, in words a fan understands", () => {
    expect(records.get("before.jpg")).toMatchObject({
      status: "rejected",
      reason: { code: "media.type_mismatch", message: expect.stringContaining("choose the photo itself") },
    });
    expect(cloud.logs.filter(({ level }) => level === "error")).toEqual([]);
  });
});
