import { describe, expect, it } from "vitest";
import { refusal, type Takes } from "../src/send/check.ts";
import { split } from "../src/send/split.ts";

const MIB = 1024 ** 2;
const event: Takes = {
  contentTypes: ["video", "image"],
  videoBytes: 100 * MIB,
  videoDurationMs: 60_000,
  imageBytes: 10 * MIB,
};
const clip = { name: "clip.mov", type: "video/quicktime", bytes: MIB };

describe("refusal", () => {
  it.each([
    ["a clip", clip],
    ["a photo whose picker tells no type", { name: "IMG_1.HEIC", type: "", bytes: MIB }],
    ["a photo without an extension", { name: "image", type: "image/jpeg", bytes: MIB }],
    ["a clip of just the length", { ...clip, durationMs: 60_040 }],
    ["a clip whose length the browser cannot tell", { ...clip, durationMs: undefined }],
    ["a file of just the size", { ...clip, bytes: 100 * MIB }],
  ])("has nothing against %s", (_, file) => expect(refusal(file, event)).toBeUndefined());

  it.each([
    ["a document", { name: "a.pdf", type: "application/pdf", bytes: 1 }, event, "type"],
    ["a clip that says it is text", { ...clip, type: "text/html" }, event, "type"],
    ["a clip where photos are wanted", clip, { ...event, contentTypes: ["image" as const] }, "noVideos"],
    [
      "a photo where clips are wanted",
      { ...clip, name: "a.jpg", type: "image/jpeg" },
      { ...event, contentTypes: ["video" as const] },
      "noImages",
    ],
    ["an empty file", { ...clip, bytes: 0 }, event, "empty"],
    ["a clip that is too large", { ...clip, bytes: 100 * MIB + 1 }, event, "tooLarge"],
    ["a photo that is too large", { name: "a.png", type: "image/png", bytes: 10 * MIB + 1 }, event, "tooLarge"],
    [
      "a photo larger than any event takes",
      { name: "a.png", type: "", bytes: 26 * MIB },
      { ...event, imageBytes: 99 * MIB },
      "tooLarge",
    ],
    ["a clip that is too long", { ...clip, durationMs: 61_000 }, event, "tooLong"],
  ])("refuses %s", (_, file, takes, kind) => expect(refusal(file, takes)?.kind).toBe(kind));
});

describe("split", () => {
  const isVideo = (name: string) => name.startsWith("v");
  const photos = (count: number) => Array.from({ length: count }, (_, index) => `i${index}`);

  it("makes one upload of a clip and its photos, the clip first", () =>
    expect(split(["i0", "v0", "i1"], isVideo)).toEqual([["v0", "i0", "i1"]]));

  it("makes one upload of each clip", () => expect(split(["v0", "v1", "i0"], isVideo)).toEqual([["v0", "i0"], ["v1"]]));

  it("puts twenty photos into an upload", () =>
    expect(split(photos(45), isVideo).map(({ length }) => length)).toEqual([20, 20, 5]));

  it("loses none and sends none twice", () => {
    const all = [...photos(50), "v0", "v1"];
    expect(split(all, isVideo).flat().sort()).toEqual([...all].sort());
  });

  it("makes nothing of nothing", () => expect(split([], isVideo)).toEqual([]));
});
