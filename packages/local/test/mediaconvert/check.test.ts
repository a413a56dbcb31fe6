import { describe, expect, it } from "vitest";
import { check, h264, output } from "./checks.ts";
import { aac, box, QVBR } from "./settings.ts";

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
