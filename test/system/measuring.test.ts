import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Job } from "@dropclip/core/job";
import { Measure } from "@dropclip/core/measure";
import { Plan } from "@dropclip/core/plan";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { box, patched, places, replaced, words } from "../../packages/core/test/hostile/boxes.ts";
import { mutated, numbers } from "../fuzz/clips.ts";
import { clip, generate, ROOT } from "../support/cloud.ts";

const MEDIA = join(ROOT, "../shared/media");
const there = existsSync(MEDIA);
if (!there) console.warn(`skipped: ${MEDIA} is not there, real clips are not changed`);
const REAL = ["portrait-rotated-gps.mov", "portrait-rotated-720p.mp4", "tiny-amr.3gp", "camera-mjpeg.avi"].concat([
  "camera-50fps-ac3.mts",
  "faults/05-browser-recorded.webm",
  "faults/16-duration-lie.mkv",
]);
/** DROPCLIP_FUZZ asks for more of each, and DROPCLIP_SEED for others. */
const RUNS = Number(process.env.DROPCLIP_FUZZ ?? 60);
const SEED = Number(process.env.DROPCLIP_SEED ?? 20261128);
const MB = 1024 ** 2;

/** What is measured of a file, and what of it was read. */
async function measured(file: Buffer) {
  const read = { calls: 0, bytes: 0 };
  const found = await Measure.measure(async (offset, length) => {
    read.calls++;
    read.bytes += length;
    return file.subarray(offset, offset + length);
  }, file.length);
  return { found, read };
}

const folder = mkdtempSync(join(tmpdir(), "dropclip-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const files = new Map<string, Buffer>();
beforeAll(async () => {
  const make = async (name: string, ...options: string[]) =>
    files.set(name, readFileSync(await clip(join(folder, name), { size: "64x64", rate: 10 }, ...options)));
  await make("plain.mp4");
  await make("fragments.mp4", "-movflags", "frag_keyframe+empty_moov+global_sidx", "-g", "5");
  for (const name of ["late.mkv", "late.mp4"]) {
    const source = ["-f", "lavfi", "-i", "testsrc2=size=64x64:rate=10:duration=2", "-itsoffset", "100"];
    const coded = ["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"];
    const file = await generate(join(folder, name), ...source, "-f", "lavfi", "-i", "sine=duration=2", ...coded);
    files.set(name, readFileSync(file));
  }
});

describe("Measure.measure", () => {
  const limits = { maxDurationMs: 600_000 };
  const probe = {
    Container: {
      Format: "mp4",
      Duration: 2,
      Tracks: [{ Index: 1, TrackType: "video", Codec: "AVC", VideoProperties: { Width: 64, Height: 64 } }],
    },
  };

  it.each(["mvhd", "mdhd"])("takes no word of %s, too short or too long", async (type) => {
    for (const name of ["plain.mp4", "fragments.mp4"])
      for (const value of [0, 1, 0x7fffffff, 0xffffffff]) {
        const { found } = await measured(patched(files.get(name)!, type, 16, value));
        expect(found?.seconds, `${name} ${value}`).toBeCloseTo(2, 0);
      }
  });

  it.each([
    ["tkhd", 20],
    ["mehd", 4],
    ["sidx", 32],
  ] as const)("takes no word of %s", async (type, at) => {
    for (const value of [0, 1, 0x7fffffff]) {
      const { found } = await measured(patched(files.get("fragments.mp4")!, type, at, value));
      expect(found?.seconds).toBeCloseTo(2, 0);
    }
  });

  it("counts from the first of all tracks to the end of the last", async () => {
    const plain = files.get("plain.mp4")!;
    // A pause of an hour before both.
    const pause = words(0, 2, 3_600_000, 0xffffffff, 0x10000, 2000, 0, 0x10000);
    const { found } = await measured(replaced(plain, ["moov", "trak", "edts", "elst"], pause));
    expect(found?.seconds).toBeCloseTo(2, 0);
    const fragments = files.get("fragments.mp4")!;
    const last = places(fragments, "tfdt").at(-1)!;
    const far = Buffer.from(fragments);
    far.writeUInt32BE(0x7fffffff, last + (far[last] === 1 ? 8 : 4));
    expect((await measured(far)).found?.seconds).toBeGreaterThan(40_000);
  });

  it.each(["late.mkv", "late.mp4"])("counts a pause before one track: %s", async (name) => {
    const { found } = await measured(files.get(name)!);
    expect(found?.seconds).toBeCloseTo(102, 0);
    expect(found?.tracks.map(({ seconds }) => Math.round(seconds))).toEqual([2, 2]);
  });

  it("does not vouch for a track that is shown again and again", async () => {
    const again = words(0, 300, ...Array.from({ length: 300 }, () => [2000, 0, 0x10000]).flat());
    const { found } = await measured(replaced(files.get("plain.mp4")!, ["moov", "trak", "edts", "elst"], again));
    expect(found?.edited).toBe(true);
    expect(Plan.plan(probe, { ...limits, measured: found })).toMatchObject({ transcode: { untilMs: 602_000 } });
    expect(
      Plan.plan({ Container: { ...probe.Container, Duration: 6000 } }, { ...limits, measured: found }),
    ).toMatchObject({
      refused: { code: "media.too_long" },
    });
  });

  it("does not vouch for frames that come faster than any camera takes them", async () => {
    const { found } = await measured(patched(files.get("plain.mp4")!, "mdhd", 12, 0xffffffff));
    expect(found!.seconds).toBeLessThan(0.001);
    expect(Plan.plan(probe, { ...limits, measured: found })).toMatchObject({
      transcode: { untilMs: 602_000, durationMs: 2000 },
    });
  });

  it("does not vouch for a Matroska file whose clock ticks a million times too fast", async () => {
    const file = readFileSync(await clip(join(folder, "quick.mkv"), { size: "64x64", rate: 30, seconds: 10 }));
    // Nanoseconds of a tick, in three bytes behind its id and size.
    file.writeUIntBE(1, file.indexOf(Buffer.from("2ad7b183", "hex")) + 4, 3);
    const { found } = await measured(file);
    expect(found!.seconds).toBeLessThan(0.1);
    expect(Plan.plan(probe, { ...limits, measured: found })).toMatchObject({ transcode: { untilMs: 602_000 } });
  });

  it("ends wherever a Matroska file breaks off", async () => {
    const whole = files.get("late.mkv")!;
    for (let length = 40; length < whole.length; length += length < 1500 ? 7 : 501)
      expect((await measured(whole.subarray(0, length))).read.calls, String(length)).toBeLessThan(200);
  });

  const fragment = (...boxes: Buffer[]) => box("moof", box("mfhd", words(0, 99)), box("traf", ...boxes));
  const claim = fragment(box("tfhd", words(0x20018, 1, 1, 1)), box("trun", words(0, 0x7fffffff)));
  const placesOf = (count: number) => {
    const index = box("mfra", box("tfra", words(0, 1, 0, count), Buffer.alloc(11 * count)), box("mfro", words(0, 0)));
    index.writeUInt32BE(index.length, index.length - 4);
    return index;
  };
  const STSC = ["moov", "trak", "mdia", "minf", "stbl", "stsc"];
  const index = (file: Buffer) => places(file, "moov")[0]! - 8;
  it.each<[string, (plain: Buffer, fragments: Buffer) => Buffer]>([
    ["a run of two thousand million samples", (_, fragments) => Buffer.concat([fragments, claim])],
    ["every run of as many", (_, fragments) => patched(fragments, "trun", 4, 0xffffffff)],
    ["a chunk of four thousand million", (plain) => replaced(plain, STSC, words(0, 1, 1, 0xffffffff, 1))],
    ["a million places of fragments", (_, fragments) => Buffer.concat([fragments, placesOf(1_000_000)])],
    [
      "an index behind a hundred boxes",
      (plain) =>
        Buffer.concat([
          plain.subarray(0, index(plain)),
          ...Array(100).fill(box("free")),
          patched(plain.subarray(index(plain)), "stts", 8, 0x7fffffff),
        ]),
    ],
    [
      "tables within tables",
      () =>
        Buffer.concat([
          box("ftyp", Buffer.from("isom\0\0\0\0")),
          box(
            "moov",
            Buffer.concat(Array(500_000).fill(Buffer.concat([Buffer.from("stts"), words(0, 0xffffffff, 0)]))),
          ),
        ]),
    ],
    [
      "boxes 2,000 deep",
      () => {
        let inner = box("free");
        for (let depth = 0; depth < 2000; depth++) inner = box("trak", inner);
        return Buffer.concat([box("ftyp", Buffer.from("isom\0\0\0\0")), box("moov", inner)]);
      },
    ],
  ])("lays out nothing of %s", async (_, make) => {
    const { found, read } = await measured(make(files.get("plain.mp4")!, files.get("fragments.mp4")!));
    expect(found).toBeUndefined();
    expect(read.calls).toBeLessThan(200);
  });

  it("takes a handler's name of 400 kB", async () => {
    const plain = files.get("plain.mp4")!;
    const handler = plain.subarray(places(plain, "hdlr")[0]!, places(plain, "hdlr")[0]! + 24);
    const named = Buffer.concat([handler, Buffer.alloc(400_000, "x"), Buffer.alloc(1)]);
    const { found } = await measured(replaced(plain, ["moov", "trak", "mdia", "hdlr"], named));
    expect(found?.seconds).toBeCloseTo(2, 0);
  });
});

describe.runIf(there)("a real clip that was changed", () => {
  it.each([...REAL, "plain.mp4", "fragments.mp4", "late.mkv"])("is measured, or is not: %s", async (name) => {
    const file = files.get(name) ?? readFileSync(join(MEDIA, name));
    const below = numbers(SEED);
    let known = 0;
    for (let run = 0; run < RUNS; run++) {
      const changed = mutated(file, below);
      const { found, read } = await measured(changed);
      if (found) {
        known++;
        expect(Number.isFinite(found.seconds) && found.seconds > 0, `seed ${SEED}, run ${run}`).toBe(true);
      }
      // The index, and every byte a few times.
      expect(read.bytes, `seed ${SEED}, run ${run}`).toBeLessThan(4 * MB + 12 * changed.length);
      expect(read.calls, `seed ${SEED}, run ${run}`).toBeLessThan(400);
    }
    if (!/avi$|mts$/.test(name)) expect(known).toBeGreaterThan(RUNS / 10);
  });
});

describe("Plan.plan of anything", () => {
  const number = fc.oneof(
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(0, 1, 64, 1080, 1e9, -1),
  );
  const rate = fc.record({ Numerator: number, Denominator: number });
  const video = fc.record(
    {
      Index: number,
      TrackType: fc.constantFrom("video", "audio", "data"),
      Codec: fc.constantFrom("AVC", "HEVC", "AAC", "UNKNOWN", ""),
      Duration: number,
      VideoProperties: fc.record(
        {
          Width: fc.integer({ min: 1, max: 9000 }),
          Height: fc.integer({ min: 1, max: 9000 }),
          FrameRate: rate,
          Rotation: number,
          SampleAspectRatio: rate,
        },
        { requiredKeys: ["Width", "Height"] },
      ),
    },
    { requiredKeys: ["TrackType"] },
  );
  const track = fc.record(
    {
      kind: fc.constantFrom("video" as const, "audio" as const),
      seconds: fc.double({ min: 0, max: 1e6, noNaN: true }),
      frames: fc.nat(216_000),
      cadence: fc.record({ sustained: fc.double({ min: 1e-6, max: 1e9, noNaN: true }), even: fc.boolean() }),
    },
    { requiredKeys: ["kind", "seconds"] },
  );
  const found = fc.record({
    seconds: fc.double({ min: 1e-9, max: 1e6, noNaN: true }),
    tracks: fc.array(track, { maxLength: 4 }),
  });
  const ref = { eventId: "e", fanId: "f", uploadId: "u", mediaId: "video" };

  it("is a job within the limits, or a reason to refuse", () => {
    fc.assert(
      fc.property(
        fc.array(video, { maxLength: 5 }),
        number,
        fc.option(found, { nil: undefined }),
        (Tracks, Duration, measured) => {
          const plan = Plan.plan(
            { Container: { Format: "mp4", Duration, Tracks } },
            { maxDurationMs: 600_000, measured },
          );
          if ("refused" in plan) {
            expect(plan.refused.message).toMatch(/\.$/);
            return;
          }
          const { transcode } = plan;
          expect(transcode.durationMs).toBeLessThanOrEqual(600_250);
          for (const { width, height, lines } of transcode.rungs) {
            for (const side of [width, height])
              expect(Number.isInteger(side) && side >= 32 && side % 2 === 0).toBe(true);
            expect(lines).toBeGreaterThanOrEqual(32);
          }
          const settings = JSON.stringify(Job.settings({ ref, transcode, source: "s3://u/k", contentBucket: "c" }));
          expect(settings).not.toMatch(/null|NaN/);
        },
      ),
      { seed: SEED, numRuns: 500 },
    );
  });
});
