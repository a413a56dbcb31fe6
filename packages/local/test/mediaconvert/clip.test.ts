import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clipOf } from "../../src/mediaconvert/ffmpeg/clip.ts";
import type { VideoTrack } from "../../src/mediaconvert/ffmpeg/source.ts";
import { ffprobe, generate, TestCloud } from "./cloud.ts";
import { FAST, ok, runner, silent, sine } from "./job.ts";
import { numbered, numbers } from "./media.ts";
import { aac, box, captures, files, hls, mp4 } from "./settings.ts";

let cloud: TestCloud;
beforeAll(() => {
  cloud = new TestCloud();
});
afterAll(() => cloud.close());
const run = runner(() => cloud);

const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe("an input clip", () => {
  it.each([
    ["mp4", "25", ["-bf", "2"]],
    ["mov", "30000/1001", []],
    ["mkv", "30000/1001", []],
    ["mkv", "60", []],
    ["ts", "25", ["-bf", "2"]],
    ["ts", "24000/1001", []],
    ["flv", "30", []],
    ["avi", "24", ["-c:v", "mjpeg", "-q:v", "2"]],
    ["webm", "30", ["-c:v", "libvpx", "-deadline", "realtime", "-b:v", "2M"]],
  ] as const)("takes the pictures from its start to its end of %s at %s", async (ending, rate, options) => {
    const codec = { webm: "libopus", avi: "pcm_s16le" }[ending as string] ?? "aac";
    const sound = [...sine(440, 3), "-c:a", codec];
    const encoder = ending === "webm" ? [] : [...FAST, "-g", "20"];
    const name = `clip-${rate.replace("/", "-")}.${ending}`;
    const clip = generate(name, ...numbered(rate, 3), ...sound, ...encoder, ...options);
    const nominal = Math.round(Number(rate.split("/")[0]) / Number(rate.split("/")[1] ?? 1));
    const cut = async (InputClippings: Record<string, string>[]) => {
      const { job, path } = await run(clip, (at) => [files([mp4(box(64))], `${at}/video`)], { InputClippings });
      ok(job);
      return numbers(path("video.mp4"));
    };
    const middle = await cut([{ StartTimecode: "00:00:01:05", EndTimecode: "00:00:02:03" }]);
    expect(middle).toEqual(range(nominal + 5, 2 * nominal + 3));
    expect(await cut([{ EndTimecode: "00:00:00:09" }])).toEqual(range(0, 9));
    const rest = await cut([{ StartTimecode: "00:00:02:00" }]);
    expect(rest[0]).toBe(2 * nominal);
    expect(await cut([{ StartTimecode: "00:00:00:07", EndTimecode: "00:00:00:07" }])).toEqual([7]);
  });

  it("bounds every output to its length", async () => {
    const clip = generate("clip-25.mp4", ...numbered("25", 3), ...sine(440, 3), ...FAST, "-c:a", "aac");
    const { job, keys } = await run(
      clip,
      (at) => [
        files([mp4(box(64))], `${at}/video`),
        files([captures(1)], `${at}/shot`),
        hls([64], true, `${at}/hls/i`),
        files([{ ContainerSettings: { Container: "MP4" }, AudioDescriptions: [aac()] }], `${at}/sound`),
      ],
      { InputClippings: [{ EndTimecode: "00:00:01:24" }] },
    );
    ok(job);
    const durations = job.OutputGroupDetails!.flatMap(({ OutputDetails }) =>
      OutputDetails!.map((o) => o.DurationInMs!),
    );
    for (const duration of durations) expect(Math.abs(duration - 2000)).toBeLessThan(45);
    expect(keys.filter((key) => key.endsWith("jpg"))).toHaveLength(2);
  });

  it("counts hundredths of a second where there is sound only", async () => {
    const sound = generate("tone.m4a", ...sine(440, 3), "-c:a", "aac");
    const { job } = await run(
      sound,
      (at) => [files([{ ContainerSettings: { Container: "MP4" }, AudioDescriptions: [aac()] }], `${at}/sound`)],
      { InputClippings: [{ StartTimecode: "00:00:00:50", EndTimecode: "00:00:01:99" }] },
    );
    ok(job);
    expect(job.OutputGroupDetails![0]!.OutputDetails![0]!.DurationInMs! / 1000).toBeCloseTo(1.5, 1);
  });

  it.each([
    ["begins after the end", { StartTimecode: "00:00:09:00" }],
    ["ends before it begins", { StartTimecode: "00:00:02:00", EndTimecode: "00:00:01:00" }],
  ])("that %s ends the job with 1060", async (_, clipping) => {
    const clip = generate("clip-25.mp4", ...numbered("25", 3), ...sine(440, 3), ...FAST, "-c:a", "aac");
    const { job, keys } = await run(clip, silent(), { InputClippings: [clipping] });
    expect(job).toMatchObject({ Status: "ERROR", ErrorCode: 1060 });
    expect(keys).toEqual([]);
  });

  it("leaves numbers out to stay with the clock by drop-frame timecodes", () => {
    const pace = { rate: { numerator: 30000, denominator: 1001 }, variable: false };
    const end = (EndTimecode: string) =>
      clipOf({ InputClippings: [{ EndTimecode }] }, { pace, startSeconds: 0 } as VideoTrack).end! * (30000 / 1001);
    // The picture after 00:00:59;29 is 00:01:00;02; after 00:09:59;29 comes 00:10:00;00.
    expect(end("00:01:00;02") - end("00:00:59;29")).toBeCloseTo(1, 6);
    expect(end("00:10:00;00") - end("00:09:59;29")).toBeCloseTo(1, 6);
    expect(end("00:01:00:00") - end("00:00:59:29")).toBeCloseTo(1, 6);
  });

  it("is cut where sound begins before the picture, too", async () => {
    const late = ["-itsoffset", "0.51", ...numbered("25", 3), ...sine(440, 3)];
    const clip = generate("late.mkv", ...late, ...FAST, "-c:a", "aac");
    const { job, path } = await run(clip, silent(box(64)), {
      InputClippings: [{ StartTimecode: "00:00:01:00", EndTimecode: "00:00:01:09" }],
    });
    ok(job);
    expect(numbers(path("video.mp4"))).toEqual(range(25, 34));
    expect(ffprobe(path("video.mp4")).streams[0].nb_frames).toBe("10");
  });
});
