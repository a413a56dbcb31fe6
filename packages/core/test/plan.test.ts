import type { Measured, MeasuredTrack } from "@dropclip/core/measure";
import { Plan } from "@dropclip/core/plan";
import type { ProbeResult, Track } from "@dropclip/core/probe";
import { describe, expect, it } from "vitest";
import type { Rate } from "../src/video/rates.ts";

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

const measured = (...tracks: Partial<MeasuredTrack>[]): Measured => ({
  seconds: 30,
  tracks: tracks.map((track) => ({ kind: "video", seconds: 30, ...track })),
});

const planned = (source: ProbeResult, found?: Measured) => {
  const plan = Plan.plan(source, { maxDurationMs: 600_000, measured: found });
  if ("refused" in plan) throw new Error(plan.refused.code);
  return plan.transcode;
};
const refused = (source: ProbeResult | undefined, found?: Measured) => {
  const plan = Plan.plan(source, { maxDurationMs: 600_000, measured: found });
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

describe("Plan.plan: a mirrored picture", () => {
  it.each([
    [0, [1920, 1080]],
    [90, [1080, 1920]],
    [180, [1920, 1080]],
    [270, [1080, 1920]],
  ] as const)("is as large as it is shown, turned by %i degrees", (mirrored, size) => {
    const plan = planned(probe([video()]), measured({ mirrored }));
    expect([plan.width, plan.height, plan.mirrored]).toEqual([...size, mirrored]);
    expect(Plan.planned(plan)).toMatchObject({ width: size[0], height: size[1], mirrored: true });
  });
  it("is not turned by what MediaConvert may read from its matrix", () => {
    const plan = planned(probe([video({ Rotation: 90 })]), measured({ mirrored: 0 }));
    expect([plan.width, plan.height]).toEqual([1920, 1080]);
  });
  it("is one only where its own track is", () => {
    const plan = planned(probe([video()]), measured({}));
    expect(plan.mirrored).toBeUndefined();
    expect(Plan.planned(plan).mirrored).toBe(false);
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
    const { width, height, rungs } = planned(probe([video(properties), audio()]));
    expect([width, height]).toEqual(size);
    for (const rung of rungs)
      expect([rung.exact, Math.abs(rung.width / rung.height - size[0] / size[1]) < 0.01]).toEqual([true, true]);
  });
});

describe("Plan.plan: frame rate", () => {
  it.each<[string, [number, number], Rate | undefined]>([
    ["keeps 30", [30, 1], undefined],
    ["keeps 29.97", [30000, 1001], undefined],
    ["keeps 50", [50, 1], undefined],
    ["keeps 60", [60, 1], undefined],
    ["keeps a slow 10", [10, 1], undefined],
    ["makes a phone's variable 29.87 constant", [29870, 1000], { numerator: 30000, denominator: 1001 }],
    ["makes a variable 27 constant and loses no frame", [27, 1], { numerator: 30000, denominator: 1001 }],
    ["brings 120 to 60", [120, 1], { numerator: 60, denominator: 1 }],
    ["brings 240 to 60", [240, 1], { numerator: 60, denominator: 1 }],
  ])("%s", (_, [Numerator, Denominator], expected) => {
    expect(planned(probe([video({ FrameRate: { Numerator, Denominator } })])).frameRate).toEqual(expected);
  });

  it("goes by the fastest second of frames that come unevenly, not by their average", () => {
    const source = probe([video({ FrameRate: { Numerator: 27, Denominator: 1 } })]);
    const uneven = measured({ cadence: { sustained: 30, even: false } });
    expect(planned(source, uneven).frameRate).toEqual({ numerator: 30, denominator: 1 });
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
    expect([plan.width, plan.height, plan.audio]).toEqual([640, 360, {}]);
  });
  it("takes no cover for the film", () => {
    const cover = { ...video({ Width: 1000, Height: 1000 }, "MJPEG"), Index: 1 };
    const film = { ...video({ Width: 640, Height: 360 }), Index: 2 };
    const found = planned(probe([cover, film]), measured({ frames: 1 }, { frames: 900 }));
    expect([found.width, found.height, found.stream]).toEqual([640, 360, 2]);
    expect(planned(probe([film, cover]), measured({ frames: 900 }, { frames: 1 })).stream).toBeUndefined();
  });
  it("takes a single frame that is all there is", () =>
    expect(planned(probe([video()]), measured({ frames: 1 })).width).toBe(1920));
  it("plans a clip without audio", () => expect(planned(probe([video()])).audio).toBeUndefined());
  it("plans the first of several audio tracks", () =>
    expect(planned(probe([video(), audio("AC3"), audio("AC3")])).audio).toEqual({}));
  it("ignores data and subtitle tracks", () => {
    expect(planned(probe([video(), audio(), { TrackType: "data", Codec: "WEBVTT" }])).audio).toEqual({});
  });

  const sound = (codec: string): Partial<MeasuredTrack> => ({ kind: "audio", codec });
  const unnamed = (Index: number): Track => ({ ...audio("UNKNOWN"), Index });
  it("goes past sound that cannot be read, to one that can", () => {
    const source = probe([video(), unnamed(2), { ...audio(), Index: 3 }]);
    expect(planned(source, measured({}, sound("apac"), sound("mp4a"))).audio).toEqual({ stream: 3 });
  });
  it("is silent where no sound can be read", () =>
    expect(planned(probe([video(), unnamed(2)]), measured({}, sound("apac"))).audio).toBeUndefined());
  it("takes the sound of old phones, which Probe has no name for", () =>
    expect(planned(probe([video(), unnamed(2)]), measured({}, sound("samr"))).audio).toEqual({}));
  it("is silent where nothing is known of the sound: it would be refused for it", () =>
    expect(planned(probe([video(), unnamed(2)], { Format: "avi" })).audio).toBeUndefined());
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
  it("takes a last frame that goes beyond", () =>
    expect(planned(probe([video()], { Duration: 600.1 })).durationMs).toBe(600_100));
  it("believes the longest that the file says of itself, and converts no more than the limit", () => {
    const lie = probe([{ ...video(), Duration: 700 }, audio()], { Duration: 2 });
    expect(refused(lie)?.code).toBe("media.too_long");
    expect(planned(probe([video()], { Duration: 2 })).untilMs).toBe(602_000);
  });
  it("believes what was measured, whatever the file says of itself", () => {
    const found = { ...measured({}), seconds: 120 };
    expect(planned(probe([video()], { Duration: 2 }), found)).toMatchObject({ durationMs: 120_000 });
    expect(planned(probe([video()], { Duration: 360_000 }), found)).toMatchObject({ durationMs: 120_000 });
    expect(planned(probe([video()], { Duration: 2 }), found).untilMs).toBeUndefined();
    expect(refused(probe([video()], { Duration: 2 }), { ...found, seconds: 601 })?.code).toBe("media.too_long");
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

describe("Plan.plan: a codec that cannot be converted", () => {
  const said = (codec: string, written?: string) =>
    refused(probe([video({}, codec)]), written === undefined ? undefined : measured({ codec: written }))?.message;
  it("is called by the name people know, with what would help", () => {
    expect(said("UNKNOWN", "vvc1")).toMatch(/^This video is recorded as H\.266 \(VVC\), which cannot .* MP4/);
    expect(said("UNKNOWN", "CFHD")).toContain("CineForm");
  });
  it("is not named where nothing says what it is", () => {
    for (const message of [said("UNKNOWN"), said("UNKNOWN", "zzzz")])
      expect(message).toMatch(/^This video is recorded in a way that cannot be converted\. .* MP4/);
  });
});

describe("Plan.plan: a turn that MediaConvert would pass over", () => {
  it.each<[string, Partial<Video>]>([
    ["interlaced", { Rotation: 90, CodecMetadata: { ScanType: "Interlaced" } }],
    ["4:4:4", { Rotation: 90, CodecMetadata: { ChromaSubsampling: "444" } }],
  ])("is told where the picture is %s", (_, properties) => {
    const { width, height, rotate, turn } = planned(probe([video(properties)]));
    expect({ width, height, rotate, turn }).toEqual({ width: 1080, height: 1920, rotate: false, turn: 90 });
  });
  it("is left to it where it is not passed over", () => {
    const { rotate, turn } = planned(probe([video({ Rotation: 90 })]));
    expect({ rotate, turn }).toEqual({ rotate: true, turn: undefined });
  });
});

describe("Plan.plan: pictures that would come out too flat", () => {
  it.each<[string, Partial<Video>]>([
    ["a strip", { Width: 8192, Height: 32 }],
    [
      "pixels a hundred times as wide as high",
      { Width: 320, Height: 180, SampleAspectRatio: { Numerator: 100, Denominator: 1 } },
    ],
    ["pixels a thousand times as high as wide", { SampleAspectRatio: { Numerator: 1, Denominator: 1000 } }],
  ])("refuses %s", (_, properties) => {
    expect(refused(probe([video(properties)]))?.code).toBe("media.too_few_pixels");
  });
});

describe("Plan.planned", () => {
  it.each<[string, Partial<Video>, [number, number]]>([
    ["as large as the source", { Width: 1280, Height: 720 }, [1280, 720]],
    ["at most 1080 lines", { Width: 3840, Height: 2160 }, [1920, 1080]],
    ["even", { Width: 641, Height: 1159 }, [640, 1157]],
  ])("is %s", (_, properties, size) => {
    const { width, height } = Plan.planned(planned(probe([video(properties)])));
    expect([width, height]).toEqual(size);
  });
});
