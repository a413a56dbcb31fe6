import { describe, expect, it } from "vitest";
import { read, toWire } from "../../src/mediaconvert/model/read.ts";
import { check, h264, output } from "./checks.ts";

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
