import { describe, expect, it } from "vitest";
import { checkSettings } from "../../src/mediaconvert/check.ts";
import { read, toWire } from "../../src/mediaconvert/read.ts";
import { refuseUntranslated } from "../../src/mediaconvert/support.ts";
import { aac, box, captures, files, hls, mp4, QVBR, request } from "./settings.ts";

const valid = () =>
  structuredClone(request([files([mp4()]), files([captures()], "s3://content/f/"), hls([640])])) as any;
const output = (body: any) => body.Settings.OutputGroups[0].Outputs[0];
const h264 = (body: any) => output(body).VideoDescription.CodecSettings.H264Settings;

/** Applies all three layers of checks, as CreateJob does. */
function check(change: (body: any) => void) {
  const body = valid();
  change(body);
  const read_ = read("CreateJobRequest", body, "sdk");
  refuseUntranslated(read_);
  checkSettings(read_.Settings);
}

describe("the service model", () => {
  it("takes a job as the pipeline makes it", () => {
    expect(() => check(() => {})).not.toThrow();
  });

  it.each<[string, (body: any) => void, string]>([
    [
      "a misspelt member",
      (body) => {
        output(body).VideoDescription.CodecSettings.H264Setings = {};
      },
      "/outputGroups/0/outputs/0/videoDescription/codecSettings: H264Setings is not a known property",
    ],
    [
      "a member in wire spelling",
      (body) => {
        body.Settings.outputGroups = [];
      },
      "outputGroups is not a known property",
    ],
    [
      "a number below the range",
      (body) => {
        output(body).VideoDescription.Width = -5;
      },
      "/outputGroups/0/outputs/0/videoDescription/width: Should be at least 32",
    ],
    [
      "a number above the range",
      (body) => {
        h264(body).QvbrSettings.QvbrQualityLevel = 11;
      },
      "qvbrQualityLevel: Should be at most 10",
    ],
    [
      "a double outside the range its shape's name states",
      (body) => {
        h264(body).GopSize = -1;
      },
      "gopSize: Should be at least 0",
    ],
    [
      "a fraction for an integer",
      (body) => {
        h264(body).MaxBitrate = 1000.5;
      },
      "maxBitrate: Should be an integer",
    ],
    [
      "an unknown enum value",
      (body) => {
        h264(body).RateControlMode = "CRF";
      },
      "rateControlMode: Should be one of",
    ],
    [
      "a string that misses the pattern",
      (body) => {
        body.Settings.Inputs[0].FileInput = "file:///etc/passwd";
      },
      "/inputs/0/fileInput: Should match pattern",
    ],
    [
      "a string for a structure",
      (body) => {
        output(body).VideoDescription = "x";
      },
      "/outputGroups/0/outputs/0/videoDescription: Should be an object",
    ],
    [
      "an object for a list",
      (body) => {
        body.Settings.OutputGroups = {};
      },
      "/settings/outputGroups: Should be an array".replace("/settings", ""),
    ],
    [
      "a string for a number",
      (body) => {
        output(body).VideoDescription.Width = "640";
      },
      "width: Should be a number",
    ],
    [
      "a missing role",
      (body) => {
        delete body.Role;
      },
      "The 'role' field is required.",
    ],
    [
      "missing settings",
      (body) => {
        delete body.Settings;
      },
      "The 'settings' field is required.",
    ],
  ])("refuses %s and names the path", (_, change, message) => {
    expect(() => check(change)).toThrow(
      expect.objectContaining({ code: "BadRequestException", status: 400, message: expect.stringContaining(message) }),
    );
  });

  it("leaves the keys of maps as they are, whatever they are called", () => {
    const body = JSON.parse('{"role":"r","settings":{},"userMetadata":{"__proto__":"a","Settings":"b","x y":"c"}}');
    const { UserMetadata } = read("CreateJobRequest", body, "wire");
    expect(Object.entries(UserMetadata)).toEqual([
      ["__proto__", "a"],
      ["Settings", "b"],
      ["x y", "c"],
    ]);
    expect(JSON.stringify(toWire("Job", { UserMetadata, Id: "1" }))).toBe(
      '{"userMetadata":{"__proto__":"a","Settings":"b","x y":"c"},"id":"1"}',
    );
  });

  it("takes a null for an absent member, as SDKs send", () => {
    expect(read("CreateJobRequest", { role: "r", settings: {}, queue: null }, "wire")).toEqual({
      Role: "r",
      Settings: {},
    });
  });

  it("survives a body that is no object", () => {
    for (const body of [null, [], "x", 5])
      expect(() => read("CreateJobRequest", body, "wire")).toThrow(/Should be an object/);
  });
});

describe("settings that are valid but not translated", () => {
  it.each<[string, (body: any) => void]>([
    [
      "/outputGroups/0/outputs/0/videoDescription/videoPreprocessors/timecodeBurnin",
      (body) => {
        output(body).VideoDescription.VideoPreprocessors.TimecodeBurnin = { FontSize: 10 };
      },
    ],
    [
      "/outputGroups/0/outputs/0/videoDescription/videoPreprocessors/colorCorrector/brightness 60",
      (body) => {
        output(body).VideoDescription.VideoPreprocessors.ColorCorrector.Brightness = 60;
      },
    ],
    [
      "/outputGroups/0/outputs/0/videoDescription/codecSettings/h264Settings/codecProfile",
      (body) => {
        h264(body).CodecProfile = "HIGH_10BIT";
      },
    ],
    [
      "/outputGroups/0/outputs/0/videoDescription/crop",
      (body) => {
        output(body).VideoDescription.Crop = { X: 0, Y: 0, Width: 10, Height: 10 };
      },
    ],
    [
      "/outputGroups/0/outputs/0/audioDescriptions/0/audioNormalizationSettings",
      (body) => {
        output(body).AudioDescriptions[0].AudioNormalizationSettings = {};
      },
    ],
    [
      "/outputGroups/2/outputGroupSettings/cmafGroupSettings/encryption",
      (body) => {
        body.Settings.OutputGroups[2].OutputGroupSettings.CmafGroupSettings.Encryption = {};
      },
    ],
    [
      "/outputGroups/2/outputGroupSettings/cmafGroupSettings/writeDashManifest",
      (body) => {
        delete body.Settings.OutputGroups[2].OutputGroupSettings.CmafGroupSettings.WriteDashManifest;
      },
    ],
    [
      "/outputGroups/0/outputGroupSettings/type",
      (body) => {
        body.Settings.OutputGroups[0].OutputGroupSettings.Type = "HLS_GROUP_SETTINGS";
      },
    ],
    [
      "/outputGroups/0/automatedEncodingSettings",
      (body) => {
        body.Settings.OutputGroups[0].AutomatedEncodingSettings = {};
      },
    ],
    [
      "/inputs with more than one input",
      (body) => {
        body.Settings.Inputs.push(body.Settings.Inputs[0]);
      },
    ],
    [
      "/inputs/0/imageInserter",
      (body) => {
        body.Settings.Inputs[0].ImageInserter = {};
      },
    ],
    [
      "/inputs/0/fileInput that is no s3",
      (body) => {
        body.Settings.Inputs[0].FileInput = "https://example.com/a.mp4";
      },
    ],
    [
      "$dt$",
      (body) => {
        body.Settings.OutputGroups[0].OutputGroupSettings.FileGroupSettings.Destination = "s3://content/a$dt$";
      },
    ],
    [
      "/jobTemplate",
      (body) => {
        body.JobTemplate = "System-Ott";
      },
    ],
    [
      "/jobEngineVersion",
      (body) => {
        body.JobEngineVersion = "2025-01-01";
      },
    ],
    [
      "/accelerationSettings/mode",
      (body) => {
        body.AccelerationSettings = { Mode: "ENABLED" };
      },
    ],
  ])("refuses %s by name", (name, change) => {
    const thrown = expect.objectContaining({ code: "BadRequestException", message: expect.stringContaining(name) });
    expect(() => check(change)).toThrow(thrown);
    expect(() => check(change)).toThrow(/not supported by the local MediaConvert/);
  });
});

describe("settings that need one another", () => {
  it.each<[string, (body: any) => void, string]>([
    [
      "no input",
      (body) => {
        body.Settings.Inputs = [];
      },
      "/inputs: Should have at least 1 items",
    ],
    [
      "no output group",
      (body) => {
        body.Settings.OutputGroups = [];
      },
      "/outputGroups: Should have at least 1 items",
    ],
    [
      "no output",
      (body) => {
        body.Settings.OutputGroups[0].Outputs = [];
      },
      "/outputGroups/0/outputs: Should have at least 1 items",
    ],
    [
      "no container",
      (body) => {
        delete output(body).ContainerSettings;
      },
      "/outputGroups/0/outputs/0: containerSettings is a required property",
    ],
    [
      "no destination",
      (body) => {
        delete body.Settings.OutputGroups[0].OutputGroupSettings.FileGroupSettings.Destination;
      },
      "destination is a required property",
    ],
    [
      "frames without a video in the job",
      (body) => {
        body.Settings.OutputGroups = [body.Settings.OutputGroups[1]];
      },
      "Frame capture outputs need an audio or video output",
    ],
    [
      "QVBR without a maximum",
      (body) => {
        delete h264(body).MaxBitrate;
      },
      "maxBitrate is a required property",
    ],
    [
      "CBR without a rate",
      (body) => {
        h264(body).RateControlMode = "CBR";
      },
      "bitrate is a required property",
    ],
    [
      "a frame rate without its numbers",
      (body) => {
        h264(body).FramerateControl = "SPECIFIED";
      },
      "framerateNumerator is a required property",
    ],
    [
      "a CMAF output without a name modifier",
      (body) => {
        delete body.Settings.OutputGroups[2].Outputs[0].NameModifier;
      },
      "nameModifier is a required property",
    ],
    [
      "two outputs of one name",
      (body) => {
        body.Settings.OutputGroups[2].Outputs[1].NameModifier = "-640";
      },
      "Should be different for each output",
    ],
    [
      "a CMAF output with video and audio",
      (body) => {
        body.Settings.OutputGroups[2].Outputs[0].AudioDescriptions = [aac()];
      },
      "either video or one audio",
    ],
    [
      "an MP4 container in a CMAF group",
      (body) => {
        body.Settings.OutputGroups[2].Outputs[0].ContainerSettings = { Container: "MP4" };
      },
      "Should be CMFC",
    ],
    [
      "an output of nothing",
      (body) => {
        delete output(body).VideoDescription;
        delete output(body).AudioDescriptions;
      },
      "a videoDescription or at least one audioDescription",
    ],
    [
      "segments that hold no whole number of fragments",
      (body) => {
        body.Settings.OutputGroups[2].OutputGroupSettings.CmafGroupSettings.FragmentLength = 3;
      },
      "multiple of fragmentLength",
    ],
    [
      "an extension that is a path",
      (body) => {
        output(body).Extension = "../x";
      },
      "Should be a file extension",
    ],
  ])("refuses %s", (_, change, message) => {
    expect(() => check(change)).toThrow(
      expect.objectContaining({ code: "BadRequestException", message: expect.stringContaining(message) }),
    );
  });

  it("takes every box and rate of the pipeline's ladder", () => {
    for (const side of [1920, 1280, 854, 640])
      expect(() =>
        check((body) => {
          output(body).VideoDescription = box(side, {
            ...QVBR,
            FramerateControl: "SPECIFIED",
            FramerateNumerator: 30000,
            FramerateDenominator: 1001,
          });
        }),
      ).not.toThrow();
  });
});
