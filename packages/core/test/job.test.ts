import { Job } from "@dropclip/core/job";
import type { Plan } from "@dropclip/core/plan";
import { describe, expect, it } from "vitest";

const ref = {
  eventId: "01900000-0000-7000-8000-00000000000e",
  fanId: "01900000-0000-7000-8000-00000000000f",
  uploadId: "01900000-0000-7000-8000-000000000001",
  mediaId: "video",
};
const base: Plan.Transcode = {
  width: 1280,
  height: 720,
  durationMs: 30_041,
  rotate: true,
  hdr: false,
  interlaced: false,
  audio: {},
  rungs: [
    { lines: 720, width: 1280, height: 1280, exact: false, quality: 7, maxBitrate: 3_500_000 },
    { lines: 360, width: 640, height: 640, exact: false, quality: 7, maxBitrate: 900_000 },
  ],
  frameSeconds: 1,
};
const settings = (transcode: Partial<Plan.Transcode> = {}) =>
  Job.settings({
    ref,
    transcode: { ...base, ...transcode },
    source: "s3://dropclip-uploads-dev/events/e/uploads/f/u/video.mov",
    contentBucket: "dropclip-content-dev",
  });

describe("Job.settings", () => {
  it("of a phone's clip", () => expect(settings()).toMatchSnapshot());
  it("of an HDR, interlaced, silent clip at a rate of its own", () => {
    const frameRate = { numerator: 30, denominator: 1 };
    expect(settings({ hdr: true, interlaced: true, audio: undefined, rotate: false, frameRate })).toMatchSnapshot();
  });
  it("makes the highest rung first: what is told of the first output is told of video.mp4", () => {
    const { OutputGroups } = settings();
    expect(OutputGroups.map((group) => group.Name)).toEqual(["Stream", "Frames"]);
    expect(OutputGroups[0]!.Outputs[0]).toMatchObject({ NameModifier: "_720" });
  });
  it("names the sound by its stream, where it is not the first", () => {
    expect(settings({ audio: { stream: 3 } }).Inputs[0]!.AudioSelectors).toEqual({
      "Audio Selector 1": { DefaultSelection: "DEFAULT", SelectorType: "STREAM", Streams: [3] },
    });
  });
  it.each([
    [0, "DEGREE_0"],
    [90, "DEGREES_90"],
    [180, "DEGREES_180"],
    [270, "DEGREES_270"],
  ] as const)("tells the turn of a mirrored clip, %i degrees, which MediaConvert does not read", (mirrored, Rotate) => {
    expect(settings({ mirrored }).Inputs[0]!.VideoSelector.Rotate).toBe(Rotate);
  });
  it.each([
    [602_000, "00:10:02:00"],
    [7_502_500, "02:05:03:00"],
    [86_402_000, "23:59:59:00"],
  ])("ends at %i ms where only the file says how long it is", (untilMs, EndTimecode) => {
    expect(settings({ untilMs }).Inputs[0]!.InputClippings).toEqual([{ EndTimecode }]);
  });
  it("captures at least as many frames as the clip has intervals", () => {
    const captures = (durationMs: number, frameSeconds: number) =>
      JSON.stringify(settings({ durationMs, frameSeconds })).match(/"MaxCaptures":(\d+)/)?.[1];
    expect(captures(171, 1)).toBe("2");
    expect(captures(600_000, 5)).toBe("121");
  });
});

describe("Job.errorCode", () => {
  it.each([
    ['{"ErrorCode":1040,"ErrorMessage":"Audio track [1] not found"}', 1040],
    ['{"Job":{"errorCode": 1010}}', 1010],
    ["Job failed. Error code: 1075. Demuxer: stopped", 1075],
    ["Access denied", undefined],
    [undefined, undefined],
    ["width 1920", undefined],
  ])("of %s is %s", (cause, code) => expect(Job.errorCode(cause)).toBe(code));
});

describe("Job.blame", () => {
  it.each([
    [1010, "media.corrupt"],
    [1020, "media.no_video"],
    [1030, "media.unsupported_codec"],
    [1040, "media.corrupt"],
    [1075, "media.corrupt"],
    [1999, undefined],
    [1401, undefined],
    [undefined, undefined],
  ])("of code %s is %s", (code, reason) => expect(Job.blame(code)?.code).toBe(reason));
});

describe("Job.facts", () => {
  it("are what MediaConvert tells, and no more", () => {
    expect(Job.facts({ DurationInMs: 30_041, VideoDetails: { WidthInPx: 1080, HeightInPx: 1920 } })).toEqual({
      ...{ durationMs: 30_041, width: 1080, height: 1920 },
    });
    expect(Job.facts({ DurationInMs: 30_041 })).toEqual({ durationMs: 30_041 });
    expect(Job.facts({})).toEqual({});
  });
});
