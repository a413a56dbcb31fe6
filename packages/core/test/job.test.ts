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
  copy: false,
  rotate: true,
  hdr: false,
  interlaced: false,
  audio: true,
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
const groups = (transcode: Partial<Plan.Transcode>) => settings(transcode).OutputGroups.map((group) => group.Name);

describe("Job.settings", () => {
  it("of a phone's clip", () => expect(settings()).toMatchSnapshot());
  it("of an HDR, interlaced, silent clip at a rate of its own", () => {
    const frameRate = { numerator: 30, denominator: 1 };
    expect(settings({ hdr: true, interlaced: true, audio: false, rotate: false, frameRate })).toMatchSnapshot();
  });
  it("writes no video.mp4 when the source is copied", () => {
    expect(groups({})).toEqual(["File", "Stream", "Frames"]);
    expect(groups({ copy: true })).toEqual(["Stream", "Frames"]);
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
