import { Content } from "@dropclip/core/content";
import { FileTypes } from "@dropclip/core/file-types";
import { describe, expect, it } from "vitest";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("FileTypes.byName", () => {
  it.each([
    ["IMG_0042.MOV", "mov", "video"],
    ["clip.MP4", "mp4", "video"],
    ["00001.m2ts", "mts", "video"],
    ["a.b.jpeg", "jpg", "image"],
    ["photo.HEIF", "heic", "image"],
    ["DSC00042.HIF", "heic", "image"],
  ])("knows %s", (name, extension, contentType) => {
    expect(FileTypes.byName(name)).toMatchObject({ extension, contentType });
  });

  it.each(["clip", "clip.", "clip.exe", "clip.mp4.svg", "mp4", "clip.mp4 ", "x.constructor", "x.__proto__"])(
    "takes no %s",
    (name) => {
      expect(FileTypes.byName(name)).toBeUndefined();
    },
  );
});

describe("Content.typeOf", () => {
  it.each([
    ["SVG", bytes('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>')],
    ["HTML", bytes("<!doctype html><script>alert(1)</script>")],
    ["a playlist", bytes("#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n")],
    ["an audio file", bytes("ID3\u0003\0\0\0\0\0\0")],
    ["nothing", new Uint8Array()],
  ])("does not take %s for media", async (_, head) => {
    expect(await Content.typeOf(head)).toBeUndefined();
  });

  it("knows a PNG whatever it is called", async () => {
    const png = Buffer.from(
      "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154",
      "hex",
    );
    expect(await Content.typeOf(png)).toBe("image");
  });
});

describe("Content.pictureFormat", () => {
  const ftyp = (...brands: string[]) => {
    const [major, ...compatible] = brands;
    return bytes(`\0\0\0${String.fromCharCode(16 + 4 * compatible.length)}ftyp${major}\0\0\0\0${compatible.join("")}`);
  };

  it.each([
    ["heif", ftyp("mif1", "avif")],
    ["heif", ftyp("avis", "msf1", "iso8")],
    ["heif", ftyp("MiHB", "mif1", "heic")],
    [undefined, ftyp("isom", "mif1")],
    [undefined, ftyp("what", "ever")],
    [undefined, bytes("<!--ftypavif0000 --><svg/>")],
  ])("is %s by the brands of the whole first box", (format, head) => {
    expect(Content.pictureFormat(head)).toBe(format);
  });

  it("is what browsers show of HEIF only when that is AVIF", () => {
    expect([Content.isPicture(ftyp("mif1", "avif")), Content.isPicture(ftyp("mif1", "heic"))]).toEqual([true, false]);
  });
});
