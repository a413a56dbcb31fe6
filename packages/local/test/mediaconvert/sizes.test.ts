import { describe, expect, it } from "vitest";
import { filterGraph } from "../../src/mediaconvert/ffmpeg/graph.ts";
import { countedPace, followedRate, pace, value } from "../../src/mediaconvert/ffmpeg/rates.ts";
import { fit } from "../../src/mediaconvert/ffmpeg/size.ts";
import { baseOf, frameName } from "../../src/mediaconvert/names.ts";
import { files, hls } from "./settings.ts";

describe("fit", () => {
  // Input, box, behaviour → scaled picture, final picture. The documentation's own examples are among them.
  it.each([
    [[1280, 720], [640, 480], "DEFAULT", [640, 360], [640, 480]],
    [[200, 200], [300, 400], "FIT", [300, 300], [300, 300]],
    [[400, 400], [200, 300], "FIT_NO_UPSCALE", [200, 200], [200, 200]],
    [[200, 200], [300, 400], "FIT_NO_UPSCALE", [200, 200], [200, 200]],
    [[1920, 1080], [1280, 1280], "FIT_NO_UPSCALE", [1280, 720], [1280, 720]],
    [[1080, 1920], [1280, 1280], "FIT_NO_UPSCALE", [720, 1280], [720, 1280]],
    [[1920, 1080], [854, 854], "FIT_NO_UPSCALE", [854, 480], [854, 480]],
    [[641, 361], [1920, 1920], "FIT_NO_UPSCALE", [640, 360], [640, 360]],
    [[1279, 719], [640, 640], "FIT_NO_UPSCALE", [640, 360], [640, 360]],
    [[640, 360], [200, 200], "STRETCH_TO_OUTPUT", [200, 200], [200, 200]],
    [[1280, 720], [640, 640], "FILL", [1138, 640], [640, 640]],
    [[320, 180], [640, 640], "DEFAULT", [640, 360], [640, 640]],
    [[1920, 1080], [1280, undefined], "DEFAULT", [1280, 720], [1280, 720]],
    [[1920, 1080], [undefined, 720], "DEFAULT", [1280, 720], [1280, 720]],
    [[333, 111], [undefined, undefined], "DEFAULT", [332, 110], [332, 110]],
  ])("brings %j into %j by %s", ([w, h], [Width, Height], ScalingBehavior, scaled, final) => {
    const size = (pair: number[]) => ({ width: pair[0], height: pair[1] });
    const behaviour = ScalingBehavior as "DEFAULT";
    expect(fit({ width: w!, height: h! }, { Width, Height, ScalingBehavior: behaviour })).toEqual({
      scaled: size(scaled),
      final: size(final),
    });
  });

  it("ends the job with 1040 for odd sizes that were asked for", () => {
    const thrown = expect.objectContaining({ code: 1040, message: expect.stringContaining("only even values") });
    expect(() => fit({ width: 640, height: 360 }, { Width: 641, Height: 361 })).toThrow(thrown);
  });
});

describe("the pace of pictures", () => {
  // Most pictures' rate, average → Probe's rate, the output's by INITIALIZE_FROM_SOURCE.
  it.each([
    ["30000/1001", "72000/2401", 30000 / 1001, 30000 / 1001],
    ["30/1", "45000/1499", 30, 30],
    ["1000000/33333", "1000000/33333", 30, 30],
    ["600/1", "29.9/1", 30000 / 1001, 30],
    ["30/1", "3240/119", 27.227, 30],
    ["30/1", "27/1", 27, 30],
    ["60/1", "26/1", 26, 24],
    ["10/1", "10/1", 10, 10],
    ["90000/1", "13.37/1", 13.37, 15],
    ["240/1", "118/1", 120, 60],
    ["5/1", "0.7/1", 0.7, 1],
    [undefined, "25/1", 25, 25],
    [undefined, undefined, 30, 30],
  ])("takes %s with the average %s for %d, and follows it with %d", (base, average, told, followed) => {
    const parse = (text?: string) =>
      text ? { numerator: Number(text.split("/")[0]), denominator: Number(text.split("/")[1]) } : undefined;
    const found = pace(parse(base), parse(average));
    expect(value(found.rate)).toBeCloseTo(told, 2);
    expect(value(followedRate(found))).toBeCloseTo(followed, 2);
  });

  const shown = (rate: number, count = 90) => Array.from({ length: count }, (_, index) => index / rate);
  const milliseconds = (times: number[]) => times.map((time) => Math.round(time * 1000) / 1000);

  it.each([10, 15, 24, 25, 30000 / 1001, 30, 50, 60000 / 1001, 60, 90, 120, 240])(
    "counts %d from times in whole milliseconds",
    (rate) => {
      const found = countedPace(milliseconds(shown(rate, 300)))!;
      expect(found.variable).toBe(false);
      expect(value(found.rate) / rate).toBeCloseTo(1, 2);
    },
  );

  it("counts pictures in the order they are shown, whatever order they are stored in", () => {
    const times = shown(25).map((_, index, all) => all[index ^ 1]!);
    expect(countedPace(times)).toEqual({ rate: { numerator: 25, denominator: 1 }, variable: false });
  });

  it("sees that the rate varies", () => {
    const times = [...shown(30, 60), ...shown(24, 48).map((time) => time + 2)];
    const found = countedPace(times)!;
    expect(found.variable).toBe(true);
    expect(value(found.rate)).toBeCloseTo(27, 0);
    expect(followedRate(found)).toEqual({ numerator: 30, denominator: 1 });
  });

  it("is not told by one picture", () => {
    expect(countedPace([5])).toBeUndefined();
    expect(countedPace([])).toBeUndefined();
    expect(countedPace([5, 5])).toBeUndefined();
  });
});

describe("names", () => {
  it.each([
    ["s3://content/a/video", "s3://in/x/clip.mov", "a/video"],
    ["s3://content/a/", "s3://in/x/clip.one.mov", "a/clip.one"],
    ["s3://content", "s3://in/x/clip.mov", "clip"],
    ["s3://content/a/", "s3://in/.hidden", "a/.hidden"],
    ["s3://content/a/", "s3://in/none", "a/none"],
  ])("begins files of %s from %s with %s", (destination, input, key) => {
    expect(baseOf(files([], destination), input)).toEqual({ bucket: "content", key });
    expect(baseOf(hls([], false, destination), input)).toEqual({ bucket: "content", key });
  });

  it("counts frames in seven digits", () => {
    expect(frameName("a/b", 0)).toBe("a/b.0000000.jpg");
    expect(frameName("a/b", 36)).toBe("a/b.0000036.jpg");
  });
});

describe("filterGraph", () => {
  it("does once what outputs begin with in common", () => {
    const outputs = [
      { label: "a", stages: ["fps=30", "transpose=clock", "scale=1"] },
      { label: "b", stages: ["fps=30", "transpose=clock", "scale=2"] },
      { label: "c", stages: ["fps=30", "transpose=clock", "scale=1"] },
      { label: "d", stages: ["select=1"] },
    ];
    expect(filterGraph("0:1", outputs).split(";")).toEqual([
      "[0:1]split=2[s0][s1]",
      "[s0]fps=30,transpose=clock,split=2[s2][s3]",
      "[s2]scale=1,split=2[a][c]",
      "[s3]scale=2[b]",
      "[s1]select=1[d]",
    ]);
  });

  it("needs no split for one output", () => {
    expect(filterGraph("0:0", [{ label: "a", stages: ["x", "y"] }])).toBe("[0:0]x,y[a]");
    expect(filterGraph("0:0", [{ label: "a", stages: [] }])).toBe("[0:0]null[a]");
  });
});
