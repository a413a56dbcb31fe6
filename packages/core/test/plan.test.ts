import { Plan } from "@dropclip/core/plan";
import type { ProbeResult, Track } from "@dropclip/core/probe";
import { describe, expect, it } from "vitest";

type Video = NonNullable<Track["VideoProperties"]>;

const video = (properties: Partial<Video> = {}, codec = "AVC"): Track => ({
  TrackType: "video",
  Codec: codec,
  VideoProperties: {
    Width: 1920,
    Height: 1080,
    FrameRate: { Numerator: 30, Denominator: 1 },
    BitDepth: 8,
    BitRate: 4_000_000,
    TransferCharacteristics: "ITU_709",
    ...properties,
    CodecMetadata: { Profile: "High", ChromaSubsampling: "420", ScanType: "Progressive", ...properties.CodecMetadata },
  },
});
const audio = (codec = "AAC"): Track => ({ TrackType: "audio", Codec: codec, AudioProperties: { Channels: 2 } });
const probe = (tracks: Track[], container: Partial<NonNullable<ProbeResult["Container"]>> = {}): ProbeResult => ({
  Container: { Format: "mp4", Duration: 30, Tracks: tracks, ...container },
});

const planned = (source: ProbeResult, plainMp4 = false) => {
  const plan = Plan.plan(source, { maxDurationMs: 600_000, plainMp4 });
  if ("refused" in plan) throw new Error(plan.refused.code);
  return plan.transcode;
};
const refused = (source: ProbeResult | undefined) => {
  const plan = Plan.plan(source, { maxDurationMs: 600_000, plainMp4: false });
  return "refused" in plan ? plan.refused : undefined;
};

describe("Plan.plan: size and ladder", () => {
  it.each<[string, Partial<Video>, [number, number], number[], number[]]>([
    ["landscape 1080p", {}, [1920, 1080], [1080, 720, 480, 360], [1920, 1280, 854, 640]],
    ["turned by 90°", { Rotation: 90 }, [1080, 1920], [1080, 720, 480, 360], [1920, 1280, 854, 640]],
    ["turned by 270°", { Rotation: 270 }, [1080, 1920], [1080, 720, 480, 360], [1920, 1280, 854, 640]],
    ["turned by -90°", { Rotation: -90 }, [1080, 1920], [1080, 720, 480, 360], [1920, 1280, 854, 640]],
    ["turned by 180°", { Rotation: 180 }, [1920, 1080], [1080, 720, 480, 360], [1920, 1280, 854, 640]],
    ["portrait without rotation", { Width: 720, Height: 1280 }, [720, 1280], [720, 480, 360], [1280, 854, 640]],
    ["square", { Width: 1080, Height: 1080 }, [1080, 1080], [1080, 720, 480, 360], [1080, 720, 480, 360]],
    ["4K", { Width: 3840, Height: 2160 }, [3840, 2160], [1080, 720, 480, 360], [1920, 1280, 854, 640]],
    ["wider than 16:9", { Width: 3840, Height: 1600 }, [3840, 1600], [800, 480, 360], [1920, 1152, 864]],
    ["under 360 lines", { Width: 568, Height: 320 }, [568, 320], [320], [568]],
    ["tiny", { Width: 176, Height: 144 }, [176, 144], [144], [176]],
    ["just above a rung", { Width: 1300, Height: 732 }, [1300, 732], [732, 480, 360], [1300, 852, 640]],
  ])("%s", (_, properties, size, lines, boxes) => {
    const plan = planned(probe([video(properties), audio()]));
    expect([plan.width, plan.height]).toEqual(size);
    expect(plan.rungs.map((rung) => rung.lines)).toEqual(lines);
    expect(plan.rungs.map((rung) => rung.width)).toEqual(boxes);
    expect(plan.rungs.every((rung) => rung.width === rung.height)).toBe(true);
  });

  it("never has a box larger than the source, nor an odd one", () => {
    for (let short = 32; short <= 2400; short += 7) {
      const { rungs } = planned(probe([video({ Width: Math.round((short * 16) / 9), Height: short })]));
      for (const { width, height } of rungs) {
        expect((width % 2) + (height % 2)).toBe(0);
        expect(width).toBeLessThanOrEqual(Math.max(32, Math.round((short * 16) / 9)));
      }
    }
  });

  it("brings odd sides to even ones by an exact box of the picture's shape", () => {
    const { rungs } = planned(probe([video({ Width: 641, Height: 1159 })]));
    expect(rungs.map(({ width, height, exact }) => ({ width, height, exact }))).toEqual([
      { width: 640, height: 1158, exact: true },
      { width: 480, height: 866, exact: true },
      { width: 360, height: 650, exact: true },
    ]);
  });
});

describe("Plan.plan: pixels that are not square", () => {
  it.each<[string, Partial<Video>, [number, number]]>([
    ["DV in 16:9", { Width: 720, Height: 576, SampleAspectRatio: { Numerator: 64, Denominator: 45 } }, [1024, 576]],
    [
      "HDV",
      { Width: 1440, Height: 1080, CodecMetadata: { SampleAspectRatio: { Numerator: 4, Denominator: 3 } } },
      [1920, 1080],
    ],
    [
      "turned",
      { Width: 720, Height: 576, Rotation: 90, SampleAspectRatio: { Numerator: 64, Denominator: 45 } },
      [576, 1024],
    ],
  ])("%s is planned as it is shown", (_, properties, size) => {
    const { width, height, rungs, copy } = planned(probe([video(properties), audio()]), true);
    expect([width, height, copy]).toEqual([...size, false]);
    for (const rung of rungs)
      expect([rung.exact, Math.abs(rung.width / rung.height - size[0] / size[1]) < 0.01]).toEqual([true, true]);
  });
});

describe("Plan.plan: frame rate", () => {
  it.each<[string, [number, number], Plan.Rate | undefined]>([
    ["keeps 30", [30, 1], undefined],
    ["keeps 29.97", [30000, 1001], undefined],
    ["keeps 50", [50, 1], undefined],
    ["keeps 60", [60, 1], undefined],
    ["keeps a slow 10", [10, 1], undefined],
    ["makes a phone's variable 29.87 constant", [29870, 1000], { numerator: 30000, denominator: 1001 }],
    ["makes a variable 27 constant", [27, 1], { numerator: 25, denominator: 1 }],
    ["brings 120 to 60", [120, 1], { numerator: 60, denominator: 1 }],
    ["brings 240 to 60", [240, 1], { numerator: 60, denominator: 1 }],
  ])("%s", (_, [Numerator, Denominator], expected) => {
    expect(planned(probe([video({ FrameRate: { Numerator, Denominator } })])).frameRate).toEqual(expected);
  });

  it("grants more bits to 50 and 60 frames a second", () => {
    const bits = (fps: number) =>
      planned(probe([video({ FrameRate: { Numerator: fps, Denominator: 1 } })])).rungs[0]!.maxBitrate;
    expect(bits(60)).toBe(1.5 * bits(30));
    expect(bits(50)).toBe(bits(60));
  });
});

describe("Plan.plan: tracks", () => {
  it("finds the video wherever it stands among the tracks", () => {
    const plan = planned(probe([{ TrackType: "data", Codec: "UNKNOWN" }, audio(), video({ Width: 640, Height: 360 })]));
    expect([plan.width, plan.height, plan.audio]).toEqual([640, 360, true]);
  });
  it("plans a clip without audio", () => expect(planned(probe([video()])).audio).toBe(false));
  it("plans several audio tracks", () =>
    expect(planned(probe([video(), audio("AC3"), audio("AC3")])).audio).toBe(true));
  it("ignores data and subtitle tracks", () => {
    expect(planned(probe([video(), audio(), { TrackType: "data", Codec: "WEBVTT" }])).audio).toBe(true);
  });
});

describe("Plan.plan: colour and scan", () => {
  it.each([
    ["ARIB_B67", true],
    ["SMPTE_2084", true],
    ["ITU_709", false],
  ])("tone-maps %s: %s", (TransferCharacteristics, hdr) => {
    expect(planned(probe([video({ TransferCharacteristics, BitDepth: 10 }, "HEVC")])).hdr).toBe(hdr);
  });
  it("sees HDR that only the codec's own metadata tells", () => {
    const track = video({ CodecMetadata: { TransferCharacteristics: "ARIB_B67" } }, "HEVC");
    delete track.VideoProperties!.TransferCharacteristics;
    expect(planned(probe([track])).hdr).toBe(true);
  });
  it("deinterlaces an interlaced source", () => {
    expect(planned(probe([video({ CodecMetadata: { ScanType: "Interlaced" } })])).interlaced).toBe(true);
  });
});

describe("Plan.plan: duration", () => {
  it("takes a clip of a fifth of a second", () => {
    expect(planned(probe([video()], { Duration: 0.171 }))).toMatchObject({ durationMs: 171, frameSeconds: 1 });
  });
  it("takes exactly ten minutes, with a frame every five seconds", () => {
    expect(planned(probe([video()], { Duration: 600 }))).toMatchObject({ durationMs: 600_000, frameSeconds: 5 });
  });
  it("refuses more, naming length and limit", () => {
    expect(refused(probe([video()], { Duration: 600.5 }))).toEqual({
      code: "media.too_long",
      message:
        "This video lasts 10:00 minutes; this event takes at most 10:00 minutes. Please trim it and upload it again.",
    });
  });
});

describe("Plan.plan: refusals", () => {
  it.each<[string, ProbeResult | undefined, string]>([
    ["a file that cannot be probed", undefined, "media.corrupt"],
    ["a file without tracks", probe([]), "media.corrupt"],
    ["sound only", probe([audio()]), "media.no_video"],
    ["a picture without size", probe([video({ Width: 0 })]), "media.corrupt"],
    ["a file that does not say how long it is", probe([video()], { Duration: 0 }), "media.corrupt"],
    ["an unknown codec", probe([video({}, "UNKNOWN")]), "media.unsupported_codec"],
    ["a picture too small for MediaConvert", probe([video({ Width: 16, Height: 16 })]), "media.too_few_pixels"],
    ["a picture too large for MediaConvert", probe([video({ Width: 9000, Height: 5000 })]), "media.too_many_pixels"],
  ])("%s", (_, source, code) => {
    expect(refused(source)?.code).toBe(code);
    expect(refused(source)?.message).toMatch(/\.$/);
  });
});

describe("Plan.plan: a source fit for the web", () => {
  it("is copied when its boxes hold nothing private", () => {
    expect(planned(probe([video(), audio()]), true).copy).toBe(true);
    expect(planned(probe([video(), audio()]), false).copy).toBe(false);
  });
  it.each<[string, ProbeResult]>([
    ["QuickTime", probe([video(), audio()], { Format: "quicktime" })],
    ["a rotation", probe([video({ Rotation: 90 }), audio()])],
    ["HEVC", probe([video({}, "HEVC"), audio()])],
    ["AC-3", probe([video(), audio("AC3")])],
    ["two audio tracks", probe([video(), audio(), audio()])],
    ["a data track", probe([video(), audio(), { TrackType: "data" }])],
    ["10 bit", probe([video({ BitDepth: 10 }), audio()])],
    ["4:2:2", probe([video({ CodecMetadata: { ChromaSubsampling: "422" } }), audio()])],
    [
      "a profile browsers do not play",
      probe([video({ CodecMetadata: { Profile: "High 4:4:4 Predictive" } }), audio()]),
    ],
    ["interlacing", probe([video({ CodecMetadata: { ScanType: "Interlaced" } }), audio()])],
    ["4K", probe([video({ Width: 3840, Height: 2160 }), audio()])],
    ["an odd side", probe([video({ Width: 641 }), audio()])],
    ["a high bit rate", probe([video({ BitRate: 20_000_000 }), audio()])],
    ["120 frames a second", probe([video({ FrameRate: { Numerator: 120, Denominator: 1 } }), audio()])],
  ])("is not one with %s", (_, source) => {
    expect(planned(source, true).copy).toBe(false);
  });
});
