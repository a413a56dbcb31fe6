import { FileTypes } from "@dropclip/core/file-types";
import { describe, expect, it } from "vitest";
import { shownName } from "../src/files/file-name.ts";

describe("shownName", () => {
  it.each([
    ["IMG_0042.MOV", "IMG_0042.MOV"],
    ["Müller – Live 🎸.mp4", "Müller – Live 🎸.mp4"],
    ["عرض.mp4", "عرض.mp4"],
    ["family 👨\u200D👩\u200D👧.jpg", "family 👨\u200D👩\u200D👧.jpg"],
    ["evil\u202Egpj.exe", "evilgpj.exe"],
    ["a\u2066b\u2069.jpg", "ab.jpg"],
    ["two\nlines\t.jpg", "two lines .jpg"],
    ["bell\u0007.jpg", "bell.jpg"],
    ["\u200f\u0645\u0631\u062d\u0628\u0627.png", "\u200f\u0645\u0631\u062d\u0628\u0627.png"],
    ["broken\uD800.jpg", "broken\uFFFD.jpg"],
    ["  .jpg  ", ".jpg"],
    ["\u202E\u0000", "file"],
  ])("of %j is %j", (name, shown) => expect(shownName(name)).toBe(shown));
});

describe("FileTypes.of", () => {
  it.each<[string, string | undefined, string | undefined]>([
    ["clip.mov", undefined, "mov"],
    ["video", "video/mp4", "mp4"],
    ["image:1234", "image/jpeg", "jpg"],
    ["1000012345", "image/HEIF", "heic"],
    ["Photo 2026.06.01", "image/png", "png"],
    ["clip", "video/webm;codecs=vp8", "webm"],
    ["clip", undefined, undefined],
    ["clip", "application/octet-stream", undefined],
    ["clip.exe", "video/mp4", undefined],
    ["picture.svg", "image/png", undefined],
  ])("%s of type %s is %s", (name, type, extension) => {
    expect(FileTypes.of({ name, type })?.extension).toBe(extension);
  });
});
