import { EventEmitter, once } from "node:events";
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestClock } from "../../src/clock.ts";
import { run as runChild } from "../../src/mediaconvert/ffmpeg/child.ts";
import { defaultLimits } from "../../src/mediaconvert/limits.ts";
import { ffprobe, generate, OPERATOR, TestCloud, written } from "./cloud.ts";
import { asFile, bars, FAST, ok, probing, runner, silent, sine } from "./job.ts";
import { numbered, numbers } from "./media.ts";
import { box, files, mp4, request } from "./settings.ts";

let cloud: TestCloud;
beforeAll(() => {
  cloud = new TestCloud();
});
afterAll(() => cloud.close());
const run = runner(() => cloud);
const probe = probing(() => cloud);

/** A copy of a file with numbers written after the first place where `mark` stands. */
function patched(name: string, file: string, mark: string, numbers: [offset: number, value: number][]): string {
  const bytes = Buffer.from(readFileSync(file));
  const at = bytes.indexOf(mark) + mark.length;
  for (const [offset, value] of numbers) bytes.writeUInt32BE(value, at + offset);
  return written(name, bytes);
}
const ABSURD = 0xfffffff0;
const FRAGMENTS = ["-movflags", "frag_keyframe+empty_moov+default_base_moof"];
const numberedClip = (name: string, ...options: string[]) =>
  generate(name, ...numbered("25", 4), ...sine(440, 4), ...FAST, "-g", "25", "-c:a", "aac", ...options);
const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe("a header that does not tell the truth about its length", () => {
  it.each<[string, () => string, number | undefined]>([
    ["a movie of two seconds", () => patched("lie.mp4", numberedClip("four.mp4"), "mvhd", [[16, 2000]]), undefined],
    ["a movie of weeks", () => patched("weeks.mp4", numberedClip("four.mp4"), "mvhd", [[16, ABSURD]]), undefined],
    [
      "fragments of weeks",
      () => patched("fragments.mp4", numberedClip("fragmented.mp4", ...FRAGMENTS, "-an"), "mvhd", [[16, ABSURD]]),
      undefined,
    ],
    ["no length, as a live stream", () => numberedClip("live.mkv", "-live", "1"), 4],
    ["a transport stream", () => numberedClip("four.ts", "-bf", "2"), 4],
  ])("is converted as far as it goes: %s", async (_, file, told) => {
    const { job, path } = await run(file(), asFile(box(64)));
    ok(job);
    expect(numbers(path("video.mp4"))).toEqual(range(0, 99));
    expect(Math.abs(job.OutputGroupDetails![0]!.OutputDetails![0]!.DurationInMs! - 4000)).toBeLessThan(50);
    if (told !== undefined) expect((await probe(file())).Container!.Duration).toBeCloseTo(told, 0);
  });

  it("does not keep the last picture standing for ever", async () => {
    // The last entry of the table of durations is the last picture's.
    const clip = numberedClip("held.mp4", "-an");
    const bytes = Buffer.from(readFileSync(clip));
    const at = bytes.indexOf("stts");
    bytes.writeUInt32BE(2, at + 8);
    const longer = Buffer.concat([
      bytes.subarray(0, at + 12),
      Buffer.from([0, 0, 0, 99, ...u32(512), 0, 0, 0, 1, ...u32(0x7fffff00)]),
      bytes.subarray(at + 20),
    ]);
    for (const name of ["moov", "trak", "mdia", "minf", "stbl", "stts"]) {
      const box = longer.indexOf(name) - 4;
      longer.writeUInt32BE(longer.readUInt32BE(box) + 8, box);
    }
    const { job, path } = await run(written("held-long.mp4", longer), silent(box(64)), {
      InputClippings: [{ EndTimecode: "00:00:05:00" }],
    });
    ok(job);
    expect(numbers(path("video.mp4")).length).toBeLessThanOrEqual(126);
  });

  it("is bounded by a clip, though its second picture comes after a day", async () => {
    const day = ["-vf", "setpts='if(gte(N,5),PTS+86400/TB,PTS)'", "-fps_mode", "vfr"];
    const clip = generate("day.mkv", ...bars("64x64"), ...day, ...FAST);
    const { job, path } = await run(clip, silent(box(64)), { InputClippings: [{ EndTimecode: "00:00:01:00" }] });
    ok(job);
    expect(Number(ffprobe(path("video.mp4")).streams[0].nb_frames)).toBeLessThanOrEqual(11);
  });

  it("is bounded by a clip, though its first picture comes a day after its sound", async () => {
    const late = ["-itsoffset", "86400", ...bars("64x64", 2), ...sine(440, 2), ...FAST, "-c:a", "aac"];
    const clip = generate("late-day.mkv", ...late);
    const { job } = await run(clip, asFile(box(64)), { InputClippings: [{ EndTimecode: "00:00:01:00" }] });
    ok(job);
    expect(job.OutputGroupDetails![0]!.OutputDetails![0]!.DurationInMs).toBeLessThan(1200);
  });

  it("does not give its job weeks", async () => {
    const own = new TestCloud({ limits: { jobBaseMs: 1000, jobMsPerSecond: 1 } });
    const long = generate("minute.mp4", "-f", "lavfi", "-i", "testsrc2=s=640x480:r=30:d=60", ...FAST);
    own.files.put("uploads", "in/clip.mp4", patched("minute-weeks.mp4", long, "mvhd", [[16, ABSURD]]));
    const { Job } = own.mediaconvert.createJob(request([files([mp4(box(640), [])])]), OPERATOR);
    await own.event("STATUS_UPDATE");
    await own.clock.advance(1000 + 6 * 3600 + 1);
    expect(await own.mediaconvert.waitForJob(Job.Id)).toMatchObject({ Status: "ERROR", ErrorCode: 1999 });
    await own.close();
  });

  it("does not take from its job the time that its content needs", async () => {
    const clock = new TestClock();
    const limits = defaultLimits();
    const go = written("go", "");
    rmSync(go);
    let allowed = 1000;
    let said = "";
    const waiting = ["-c", `echo up; while [ ! -e ${go} ]; do sleep 0.02; done; echo done`];
    const started = new EventEmitter();
    const onStdout = (text: string) => {
      said += text;
      started.emit("up");
    };
    const up = once(started, "up");
    const outcome = runChild("sh", waiting, { clock, limits, timeoutMs: () => allowed, onStdout });
    await up;
    allowed = 2000;
    await clock.advance(1500);
    writeFileSync(go, "");
    expect(await outcome).toMatchObject({ code: 0, timedOut: false });
    expect(said).toBe("up\ndone\n");
  });
});

const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return [...bytes];
};

describe("edit lists", () => {
  it.each([
    ["between key frames", ["-ss", "1.36", "-t", "1.2"]],
    ["with B-frames", ["-ss", "1.36", "-t", "1.2"]],
  ])("hide what was cut off without encoding, %s", async (what, cut) => {
    const whole = numberedClip(`whole-${what.replace(/\W/g, "")}.mp4`, ...(what.includes("B") ? ["-bf", "2"] : []));
    const clip = generate(`cut-${what.replace(/\W/g, "")}.mp4`, ...cut, "-i", whole, "-c", "copy");
    const { job, path } = await run(clip, asFile(box(64)));
    ok(job);
    const shown = numbers(path("video.mp4"));
    expect(Math.min(...shown)).toBeGreaterThanOrEqual(34);
    expect(numbers(path("video.mp4"), "-ignore_editlist", "1")).toEqual(shown);
    expect(shown).toEqual(range(shown[0]!, shown[0]! + shown.length - 1));
  });
});

describe("a rate no header states", () => {
  const jitter = "settb=1/1000,setpts='PTS+if(mod(N,3),if(mod(N,2),4,-5),0)'";
  const webm = ["-c:v", "libvpx", "-deadline", "realtime", "-live", "1"];
  it.each([
    ["25", "a.webm", webm],
    ["30", "b.webm", [...webm, "-c:v", "libvpx-vp9"]],
    ["15", "c.mkv", [...FAST, "-bf", "2", "-live", "1"]],
    ["30", "d.flv", FAST],
    ["30", "e.mp4", [...FAST, ...FRAGMENTS]],
    ["60", "f.webm", webm],
  ])("is counted: %s in %s", async (rate, name, options) => {
    const graph = `testsrc2=s=64x64:r=${rate}:d=3`;
    const clip = generate(`jitter-${name}`, "-f", "lavfi", "-i", graph, "-vf", jitter, "-fps_mode", "vfr", ...options);
    const { Numerator, Denominator } = (await probe(clip)).Container!.Tracks![0]!.VideoProperties!.FrameRate!;
    expect(Numerator! / Denominator!).toBeCloseTo(Number(rate), 1);
    const { job, path } = await run(clip, silent(box(64)));
    ok(job);
    const [stream] = ffprobe(path("video.mp4")).streams;
    expect(stream.avg_frame_rate).toBe(`${rate}/1`);
    expect(Math.abs(Number(stream.nb_frames) - 3 * Number(rate))).toBeLessThanOrEqual(1);
  });

  it("is not counted where an index tells it", async () => {
    const seen = written("probes", "");
    const spy = written("ffprobe.sh", `#!/bin/sh\necho run >> ${seen}\nexec ffprobe "$@"\n`);
    chmodSync(spy, 0o755);
    const own = new TestCloud({ ffprobe: spy });
    const look = probing(() => own);
    await look(generate("index.mp4", ...bars("64x64"), ...FAST));
    expect(readFileSync(seen, "utf8")).toBe("run\n");
    await look(generate("none.webm", ...bars("64x64"), "-c:v", "libvpx", "-deadline", "realtime", "-live", "1"));
    expect(readFileSync(seen, "utf8")).toBe("run\nrun\nrun\n");
    await own.close();
  });
});
