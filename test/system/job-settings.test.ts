import { Job } from "@dropclip/core/job";
import { Plan } from "@dropclip/core/plan";
import { checkSettings } from "@dropclip/local/mediaconvert/model/check";
import { read } from "@dropclip/local/mediaconvert/model/read";
import { refuseUntranslated } from "@dropclip/local/mediaconvert/model/support";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const ref = {
  eventId: "01900000-0000-7000-8000-00000000000e",
  fanId: "01900000-0000-7000-8000-00000000000f",
  uploadId: "01900000-0000-7000-8000-000000000001",
  mediaId: "video",
};
const probe = fc.record({
  Container: fc.record({
    Format: fc.constantFrom("mp4", "quicktime", "matroska", "webm", "avi", "mpegts"),
    Duration: fc.double({ min: 0.01, max: 600, noNaN: true }),
    Tracks: fc.tuple(
      fc.record({
        TrackType: fc.constant("video"),
        Codec: fc.constantFrom("AVC", "HEVC", "MJPEG", "MP4V", "VP9"),
        VideoProperties: fc.record({
          Width: fc.integer({ min: 32, max: 8192 }),
          Height: fc.integer({ min: 32, max: 8192 }),
          Rotation: fc.constantFrom(0, 90, 180, 270, null),
          FrameRate: fc.record({
            Numerator: fc.integer({ min: 1, max: 240_000 }),
            Denominator: fc.integer({ min: 1, max: 1001 }),
          }),
          TransferCharacteristics: fc.constantFrom("ITU_709", "ARIB_B67", "SMPTE_2084"),
          CodecMetadata: fc.record({ ScanType: fc.constantFrom("Progressive", "Interlaced") }),
        }),
      }),
      fc.record({
        TrackType: fc.constantFrom("audio", "data"),
        Codec: fc.constantFrom("AAC", "AC3", "UNKNOWN"),
        Index: fc.integer({ min: 1, max: 9 }),
      }),
    ),
  }),
});

const measured = fc.option(
  fc.record({
    seconds: fc.double({ min: 0.01, max: 600, noNaN: true }),
    tracks: fc.tuple(
      fc.record({
        kind: fc.constant("video" as const),
        seconds: fc.constant(1),
        cadence: fc.record({ sustained: fc.double({ min: 0.1, max: 240, noNaN: true }), even: fc.boolean() }),
        mirrored: fc.constantFrom(0 as const, 90 as const, 180 as const, 270 as const, undefined),
      }),
      fc.record({
        kind: fc.constant("audio" as const),
        seconds: fc.constant(1),
        codec: fc.constantFrom("mp4a", "samr"),
      }),
    ),
  }),
  { nil: undefined },
);

/** MediaConvert's service model, then what the local MediaConvert needs beyond it. */
function check(settings: unknown) {
  const valid = read("CreateJobRequest", { Role: "arn:aws:iam::123456789012:role/r", Settings: settings }, "sdk");
  refuseUntranslated(valid);
  checkSettings(valid.Settings);
}

describe("Job.settings", () => {
  it("are what MediaConvert's service model takes, whatever the source", () => {
    fc.assert(
      fc.property(probe, measured, (source, found) => {
        const plan = Plan.plan(source, { maxDurationMs: 600_000, measured: found });
        // A strip so narrow that nothing can be made of it is refused.
        if ("refused" in plan) {
          expect(plan.refused.code).toBe("media.too_few_pixels");
          return;
        }
        const { transcode } = plan;
        check(Job.settings({ ref, transcode, source: "s3://uploads/a.mp4", contentBucket: "content" }));
      }),
    );
  });

  it("would not pass with a misspelt name or a value out of range", () => {
    const { transcode } = Plan.plan(fc.sample(probe, { numRuns: 1, seed: 7 })[0], {
      maxDurationMs: 600_000,
    }) as {
      transcode: Plan.Transcode;
    };
    const text = JSON.stringify(
      Job.settings({ ref, transcode, source: "s3://uploads/a.mp4", contentBucket: "content" }),
    );
    expect(() => check(JSON.parse(text.replace("H264Settings", "H264Setings")))).toThrow(/H264Setings/i);
    expect(() => check(JSON.parse(text.replace(/"Width":\d+/, '"Width":-5')))).toThrow(/width/i);
    expect(() => check(JSON.parse(text.replace("QVBR", "QVB")))).toThrow(/rateControlMode/i);
  });
});
