import { type MediaConvertClient, ProbeCommand } from "@aws-sdk/client-mediaconvert";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generate, OPERATOR, TestCloud, turn } from "./cloud.ts";

const ultrafast = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];
const picture = (size = "320x180") => ["-f", "lavfi", "-i", `testsrc2=s=${size}:r=25:d=1`];
const sound = ["-f", "lavfi", "-i", "sine=d=1:r=48000"];

let cloud: TestCloud;
let client: MediaConvertClient;
beforeAll(async () => {
  cloud = new TestCloud();
  client = await cloud.client();
});
afterAll(async () => {
  client.destroy();
  await cloud.close();
});

async function probe(file: string) {
  cloud.files.put("uploads", "in/clip", file);
  const { ProbeResults } = await client.send(new ProbeCommand({ InputFiles: [{ FileUrl: "s3://uploads/in/clip" }] }));
  return ProbeResults![0]!;
}

describe("Probe", () => {
  it("answers in AWS's shape", async () => {
    const tags = ["-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709"];
    const file = generate(
      "probe.mp4",
      ...picture(),
      ...sound,
      ...ultrafast,
      ...tags,
      "-profile:v",
      "high",
      "-bf",
      "2",
      "-c:a",
      "aac",
      "-metadata:s:a",
      "language=eng",
    );
    const colors = { ColorPrimaries: "ITU_709", MatrixCoefficients: "ITU_709", TransferCharacteristics: "ITU_709" };
    const rate = { Denominator: 1, Numerator: 25 };
    expect(await probe(file)).toEqual({
      Container: {
        Duration: expect.closeTo(1, 1),
        Format: "mp4",
        Tracks: [
          {
            Codec: "AVC",
            Duration: 1,
            Index: 1,
            TrackType: "video",
            VideoProperties: {
              BitDepth: 8,
              BitRate: expect.any(Number),
              CodecMetadata: {
                BitDepth: 8,
                ChromaSubsampling: "420",
                CodedFrameRate: rate,
                ...colors,
                Height: 180,
                Level: "1.2",
                Profile: "Main",
                ScanType: "Progressive",
                Width: 320,
              },
              ...colors,
              FrameRate: rate,
              Height: 180,
              Width: 320,
            },
          },
          {
            AudioProperties: {
              BitDepth: 16,
              BitRate: expect.any(Number),
              Channels: 1,
              FrameRate: { Denominator: 8, Numerator: 375 },
              LanguageCode: "eng",
              SampleRate: 48_000,
            },
            Codec: "AAC",
            Duration: expect.closeTo(1, 1),
            Index: 2,
            TrackType: "audio",
          },
        ],
      },
      Metadata: {
        ETag: '"etag"',
        FileSize: expect.any(Number),
        LastModified: new Date(1_767_322_800_000),
        MimeType: "video/mp4",
      },
      TrackMappings: [{ AudioTrackIndexes: [2], VideoTrackIndexes: [1] }],
    });
  });

  it.each([90, 180, 270] as const)(
    "tells the stored size and the rotation of %d degrees clockwise apart",
    async (degrees) => {
      const file = turn("turned.mov", generate("upright.mov", ...picture(), ...ultrafast), degrees);
      const { Container } = await probe(file);
      expect(Container).toMatchObject({
        Format: "quicktime",
        Tracks: [{ VideoProperties: { Width: 320, Height: 180, Rotation: degrees } }],
      });
    },
  );

  it.each([
    ["a.mkv", "matroska", "HEVC", ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error"]],
    ["a.webm", "webm", "VP8", ["-c:v", "libvpx", "-deadline", "realtime"]],
    ["a.avi", "avi", "MJPEG", ["-c:v", "mjpeg"]],
    ["a.ts", "mpegts", "MPEG2", ["-c:v", "mpeg2video"]],
    ["a.mxf", "mxf", "MPEG2", ["-c:v", "mpeg2video"]],
    ["a.3gp", "mp4", "MP4V", ["-c:v", "mpeg4"]],
    ["b.mov", "quicktime", "PRORES", ["-c:v", "prores"]],
    ["b.flv", undefined, "UNKNOWN", ["-c:v", "flv"]],
  ] as const)("names the container of %s %s and its codec %s", async (name, format, codec, options) => {
    const { Container } = await probe(generate(name, ...picture("320x240"), ...options));
    expect(Container!.Format).toBe(format);
    expect(Container!.Tracks).toMatchObject([{ Codec: codec, TrackType: "video" }]);
  });

  it.each([
    ["arib-std-b67", "ARIB_B67"],
    ["smpte2084", "SMPTE_2084"],
  ])("tells HDR by %s", async (transfer, name) => {
    const tags = ["-color_primaries", "bt2020", "-color_trc", transfer, "-colorspace", "bt2020nc"];
    const file = generate(
      `${transfer}.mp4`,
      ...picture(),
      "-c:v",
      "libx264",
      "-preset",
      "ultrafast",
      "-pix_fmt",
      "yuv420p10le",
      ...tags,
    );
    const colors = { ColorPrimaries: "ITU_2020", MatrixCoefficients: "ITU_2020_NCL", TransferCharacteristics: name };
    expect(await probe(file)).toMatchObject({
      Container: { Tracks: [{ VideoProperties: { BitDepth: 10, ...colors } }] },
    });
  });

  it("lists every track by its place, the data tracks too", async () => {
    const file = generate(
      "tracks.mov",
      ...sound,
      ...picture(),
      ...sound,
      "-map",
      "0",
      "-map",
      "1",
      "-map",
      "2",
      ...ultrafast,
      "-c:a",
      "aac",
      "-timecode",
      "01:00:00:00",
    );
    const { Container, TrackMappings } = await probe(file);
    expect(Container!.Tracks!.map(({ Index, TrackType }) => `${Index} ${TrackType}`)).toEqual([
      "1 audio",
      "2 video",
      "3 audio",
      "4 data",
    ]);
    expect(TrackMappings).toEqual([{ AudioTrackIndexes: [1, 3], DataTrackIndexes: [4], VideoTrackIndexes: [2] }]);
  });

  it("measures a file that does not state its length", async () => {
    const file = generate("live.webm", ...picture(), "-c:v", "libvpx", "-deadline", "realtime", "-live", "1");
    expect((await probe(file)).Container!.Duration).toBeCloseTo(1, 1);
  });

  it("reads with the caller's own rights", async () => {
    cloud.asked.length = 0;
    await probe(generate("upright.mov", ...picture(), ...ultrafast));
    expect(cloud.asked).toEqual([
      {
        principal: OPERATOR.arn,
        action: "mediaconvert:Probe",
        resource: "*",
        context: undefined,
      },
      { principal: OPERATOR.arn, action: "s3:GetObject", resource: "arn:aws:s3:::uploads/in/clip", context: {} },
    ]);
  });

  it("says that an object is not there", async () => {
    const missing = new ProbeCommand({ InputFiles: [{ FileUrl: "s3://uploads/none" }] });
    await expect(client.send(missing)).rejects.toMatchObject({
      name: "NotFoundException",
      $metadata: { httpStatusCode: 404 },
    });
  });

  it.each([
    [{ InputFiles: [] }, "exactly 1"],
    [{ InputFiles: [{}] }, "fileUrl is a required property"],
    [{ InputFiles: [{ FileUrl: "s3://uploads" }] }, "an s3:// URI of an object"],
    [{ InputFiles: [{ FileUrl: "file:///etc/passwd" }] }, "an s3:// URI of an object"],
    [{ InputFiles: [{ FileUrl: "https://example.com/a.mp4" }] }, "not supported by the local MediaConvert"],
  ])("refuses %j", async (input, message) => {
    await expect(client.send(new ProbeCommand(input))).rejects.toMatchObject({
      name: "BadRequestException",
      message: expect.stringContaining(message),
    });
  });
});
