import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { findFfmpeg } from "../src/ffmpeg.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dropclip-ffmpeg-"));
  vi.stubEnv("PATH", `/nowhere:${folder}`);
  vi.stubEnv("DROPCLIP_FFMPEG", undefined);
  vi.stubEnv("DROPCLIP_FFPROBE", undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const put = (name: string, mode = 0o755) => {
  writeFileSync(join(folder, name), "");
  chmodSync(join(folder, name), mode);
  return join(folder, name);
};

it("takes the commands on the PATH", () => {
  put("ffmpeg");
  put("ffprobe");
  expect(findFfmpeg()).toEqual({ ffmpeg: "ffmpeg", ffprobe: "ffprobe" });
});

it("takes those that are named instead", () => {
  const ffmpeg = put("mine");
  put("my-probe");
  vi.stubEnv("DROPCLIP_FFMPEG", ffmpeg);
  vi.stubEnv("DROPCLIP_FFPROBE", "my-probe");
  expect(findFfmpeg()).toEqual({ ffmpeg, ffprobe: "my-probe" });
});

it("says which one is missing and how to install it", () => {
  put("ffmpeg");
  expect(findFfmpeg).toThrow(/^ffprobe is missing: install ffmpeg \(/);
  vi.stubEnv("DROPCLIP_FFMPEG", join(folder, "gone"));
  expect(findFfmpeg).toThrow(`${join(folder, "gone")} is missing`);
});

it("takes no file that cannot be run", () => {
  put("ffmpeg", 0o644);
  expect(findFfmpeg).toThrow("ffmpeg is missing");
});
