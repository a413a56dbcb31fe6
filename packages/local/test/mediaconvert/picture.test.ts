import type { VideoSelector } from "@aws-sdk/client-mediaconvert";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ffprobe, generate, pixels, TestCloud, turn } from "./cloud.ts";
import { bars, FAST, flag, ok, runner, silent } from "./job.ts";
import { box, captures, files, hls, mp4, QVBR } from "./settings.ts";

const isRed = ([r, g, b]: number[]) => r! > 180 && g! < 60 && b! < 60;
const isBlue = ([r, g, b]: number[]) => r! < 60 && g! < 60 && b! > 180;
const isBlack = (pixel: number[]) => pixel.every((value) => value < 24);

let cloud: TestCloud;
beforeAll(() => {
  cloud = new TestCloud();
});
afterAll(() => cloud.close());
const run = runner(() => cloud);

describe("rotation", () => {
  const stored = (degrees: 90 | 180 | 270) => {
    const upright = generate("flag.mp4", ...flag, ...FAST);
    const counter = { 90: "transpose=cclock", 180: "hflip,vflip", 270: "transpose=clock" }[degrees];
    return turn(
      `rotated${degrees}.mov`,
      generate(`turned${degrees}.mov`, "-i", upright, "-vf", counter, ...FAST),
      degrees,
    );
  };

  it.each([90, 180, 270] as const)(
    "turns a clip stored %d degrees off upright when Rotate is AUTO, in every output",
    async (degrees) => {
      const { job, path } = await run(stored(degrees), (at) => [
        files([mp4(box(1920), [])], `${at}/video`),
        files([captures()], `${at}/shot`),
        hls([160], false, `${at}/hls/i`),
      ]);
      ok(job);
      for (const key of ["video.mp4", "shot-frame.0000000.jpg", "hls/i.m3u8"]) {
        const [stream] = ffprobe(path(key)).streams;
        expect([stream.width, stream.height]).toEqual([160, 120]);
        expect(JSON.stringify(stream.side_data_list ?? [])).not.toContain("rotation");
        if (key.endsWith("m3u8")) continue;
        const [top, bottom] = pixels(path(key), 1, 2);
        expect([isRed(top![0]!), isBlue(bottom![0]!)]).toEqual([true, true]);
      }
    },
  );

  it("leaves the picture as stored without the setting, and without rotation metadata", async () => {
    const { path } = await run(stored(90), silent(), { VideoSelector: {} });
    const [stream] = ffprobe(path("video.mp4")).streams;
    expect([stream.width, stream.height, stream.side_data_list?.[0]?.rotation]).toEqual([120, 160, undefined]);
  });

  it("turns clockwise by the degrees asked for", async () => {
    const upright = generate("flag.mp4", ...flag, ...FAST);
    const selector: VideoSelector = { Rotate: "DEGREES_90" };
    const { path } = await run(upright, silent(), { VideoSelector: selector });
    const [[left, right]] = pixels(path("video.mp4"), 2, 1) as [number[][]];
    expect([isBlue(left!), isRed(right!)]).toEqual([true, true]);
  });

  it("ignores rotation metadata of containers other than MP4 and QuickTime", async () => {
    const mkv = generate("rotated.mkv", "-i", stored(90), "-c", "copy");
    const { path } = await run(mkv, silent());
    expect(ffprobe(path("video.mp4")).streams[0]).toMatchObject({ width: 120, height: 160 });
  });
});

describe("size and shape", () => {
  const clip = () => generate("flag.mp4", ...flag, ...FAST);

  it("pads with black bars by DEFAULT", async () => {
    const { path } = await run(clip(), silent({ ...box(240), ScalingBehavior: "DEFAULT" }));
    expect(ffprobe(path("video.mp4")).streams[0]).toMatchObject({ width: 240, height: 240 });
    const rows = pixels(path("video.mp4"), 1, 24).map(([pixel]) => pixel!);
    expect([isBlack(rows[0]!), isRed(rows[6]!), isBlue(rows[17]!), isBlack(rows[23]!)]).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  it.each([
    ["FIT", 240, 180],
    ["FIT_NO_UPSCALE", 160, 120],
    ["STRETCH_TO_OUTPUT", 240, 240],
    ["FILL", 240, 240],
  ] as const)("makes no bars by %s", async (ScalingBehavior, width, height) => {
    const { path } = await run(clip(), silent({ ...box(240), ScalingBehavior }));
    expect(ffprobe(path("video.mp4")).streams[0]).toMatchObject({ width, height });
    const [top, bottom] = pixels(path("video.mp4"), 1, 2);
    expect([isRed(top![0]!), isBlue(bottom![0]!)]).toEqual([true, true]);
  });

  it("rounds odd sizes down to even", async () => {
    const odd = generate(
      "odd.mkv",
      "-f",
      "lavfi",
      "-i",
      "testsrc2=s=161x91:r=10:d=1",
      "-c:v",
      "ffv1",
      "-pix_fmt",
      "yuv444p",
    );
    const coded = generate("odd.mp4", "-i", odd, "-c:v", "libx264", "-pix_fmt", "yuv444p");
    const { job, path } = await run(coded, silent());
    ok(job);
    expect(ffprobe(path("video.mp4")).streams[0]).toMatchObject({ width: 160, height: 90, pix_fmt: "yuv420p" });
  });

  it("makes square pixels of anamorphic video when asked to", async () => {
    const wide = generate("anamorphic.mp4", ...bars("160x120"), "-vf", "setsar=4/3", ...FAST);
    const square = box(640, { ...QVBR, ParControl: "SPECIFIED", ParNumerator: 1, ParDenominator: 1 });
    const { path } = await run(wide, (at) => [
      files([mp4(square, [])], `${at}/video`),
      files([mp4(box(640), [])], `${at}/kept`),
    ]);
    expect(ffprobe(path("video.mp4")).streams[0]).toMatchObject({
      width: 212,
      height: 120,
      sample_aspect_ratio: "1:1",
    });
    expect(ffprobe(path("kept.mp4")).streams[0]).toMatchObject({ width: 160, height: 120, sample_aspect_ratio: "4:3" });
  });
});

describe("colour", () => {
  it.each(["arib-std-b67", "smpte2084"])(
    "maps HDR by %s to Rec. 709 with its colours where they belong",
    async (transfer) => {
      const source = "setparams=colorspace=gbr:color_trc=bt709:color_primaries=bt709:range=full";
      const toHdr = `format=gbrp,${source},zscale=t=${transfer}:p=bt2020:m=bt2020nc:r=limited:npl=203,format=yuv420p10le`;
      const tags = ["-color_primaries", "bt2020", "-color_trc", transfer, "-colorspace", "bt2020nc"];
      const clip = generate(
        `${transfer}.mp4`,
        ...bars("280x160"),
        "-vf",
        toHdr,
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        ...tags,
      );
      const { job, path } = await run(clip, (at) => [
        files([mp4(box(1920), [])], `${at}/video`),
        files([captures()], `${at}/shot`),
      ]);
      ok(job);
      const tagged = { pix_fmt: "yuv420p", color_space: "bt709", color_transfer: "bt709", color_primaries: "bt709" };
      expect(ffprobe(path("video.mp4")).streams[0]).toMatchObject(tagged);
      for (const key of ["video.mp4", "shot-frame.0000000.jpg"]) {
        // Grey, yellow, cyan, green, magenta, red and blue bars at three quarters of full brightness: 191.
        const row = pixels(path(key), 7, 4)[0]!;
        const bright = [
          [1, 1, 1],
          [1, 1, 0],
          [0, 1, 1],
          [0, 1, 0],
          [1, 0, 1],
          [1, 0, 0],
          [0, 0, 1],
        ];
        for (const [index, channels] of bright.entries())
          for (const [channel, lit] of channels.entries())
            if (lit) expect(row[index]![channel]).toBeGreaterThan(150);
            else expect(row[index]![channel]).toBeLessThan(70);
      }
    },
  );

  it("converts Rec. 601 so that players see the same colours", async () => {
    const tags = ["-color_primaries", "smpte170m", "-color_trc", "smpte170m", "-colorspace", "smpte170m"];
    const clip = generate(
      "601.mp4",
      ...bars("280x160"),
      "-vf",
      "scale=out_color_matrix=bt601,format=yuv420p",
      ...FAST,
      ...tags,
    );
    const { path } = await run(clip, (at) => [
      files([mp4(box(1920), [])], `${at}/video`),
      files([captures()], `${at}/shot`),
    ]);
    expect(ffprobe(path("video.mp4")).streams[0]).toMatchObject({ color_space: "bt709" });
    for (const key of ["video.mp4", "shot-frame.0000000.jpg"]) {
      const green = pixels(path(key), 7, 4)[0]![3]!;
      expect(green[0]).toBeLessThan(25);
      expect(green[1]).toBeGreaterThan(175);
      expect(green[2]).toBeLessThan(25);
    }
  });

  it("keeps the source's colour space without the corrector", async () => {
    const tags = ["-color_primaries", "smpte170m", "-color_trc", "smpte170m", "-colorspace", "smpte170m"];
    const clip = generate("601b.mp4", ...bars("160x120"), ...FAST, ...tags);
    const { path } = await run(clip, silent({ ...box(640), VideoPreprocessors: undefined }));
    expect(ffprobe(path("video.mp4")).streams[0]).toMatchObject({
      color_space: "smpte170m",
      color_primaries: "smpte170m",
    });
  });
});
