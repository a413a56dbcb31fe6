import { isPlain, type ReadRange } from "@dropclip/core/mp4";
import { describe, expect, it } from "vitest";

const box = (type: string, ...content: Uint8Array[]): Uint8Array => {
  const body = Buffer.concat(content);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, body]);
};
const text = (value: string) => Buffer.from(value, "latin1");
const word = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const handler = (type: string, name: string) =>
  box("hdlr", Buffer.alloc(8), text(type), Buffer.alloc(12), text(`${name}\0`));
/** Half of the file's samples: two tracks use all of them. */
const sizes = box("stsz", word(0), word(0), word(2), word(200), word(300));
const entry = (compressor: string) => {
  const name = [Buffer.from([compressor.length]), text(compressor.padEnd(31, "\0"))];
  return box("stsd", word(0), word(1), box("avc1", Buffer.alloc(42), ...name, Buffer.alloc(4)));
};
const track = (type: string, more: Uint8Array[] = [], { name = "VideoHandler", compressor = "" } = {}) => {
  const tables = box("minf", box("stbl", entry(compressor), sizes));
  const media = box("mdia", box("mdhd", Buffer.alloc(24)), handler(type, name), tables);
  return box("trak", box("tkhd", Buffer.alloc(84)), media, ...more);
};
const moov = (...more: Uint8Array[]) =>
  box("moov", box("mvhd", Buffer.alloc(100)), track("vide"), track("soun"), ...more);
const ftyp = box("ftyp", text("mp42"), Buffer.alloc(4));
const mdat = box("mdat", Buffer.alloc(1000));

const plain = (...boxes: Uint8Array[]) => {
  const file = Buffer.concat(boxes);
  const read: ReadRange = async (offset, length) => file.subarray(offset, offset + length);
  return isPlain(read, file.length);
};

describe("isPlain", () => {
  it("takes a file of picture and sound that starts fast", async () => {
    expect(await plain(ftyp, moov(), mdat)).toBe(true);
    expect(await plain(ftyp, moov(), box("free", Buffer.alloc(20)), mdat, box("free"))).toBe(true);
  });

  it.each<[string, Uint8Array[]]>([
    ["no fast start", [ftyp, mdat, moov()]],
    ["a location in udta", [ftyp, moov(box("udta", box("\xa9xyz", text("+51.4-000.1/")))), mdat]],
    ["QuickTime metadata", [ftyp, moov(box("meta", text("com.apple.quicktime.location.ISO6709"))), mdat]],
    ["metadata beside a track", [ftyp, moov(track("vide", [box("udta")])), mdat]],
    ["a GPS track", [ftyp, moov(track("meta")), mdat]],
    ["a uuid box (XMP, GoPro)", [ftyp, box("uuid", Buffer.alloc(40)), moov(), mdat]],
    ["a uuid box within moov", [ftyp, moov(box("uuid", Buffer.alloc(40))), mdat]],
    ["a box nobody knows", [ftyp, moov(box("gps ", Buffer.alloc(8))), mdat]],
    ["data hidden in padding", [ftyp, moov(), box("free", text("GPS 51.4,-0.1")), mdat]],
    ["data hidden in padding at the end", [ftyp, moov(), mdat, box("skip", text("GPS"))]],
    ["metadata at the end", [ftyp, moov(), mdat, box("meta")]],
    ["two indexes", [ftyp, moov(), moov(), mdat]],
    ["no samples", [ftyp, moov()]],
    ["a box that is longer than the file", [ftyp, Buffer.from("7fffffff6d6f6f76", "hex")]],
    ["a box shorter than its own head", [ftyp, Buffer.from("000000046d6f6f76", "hex"), mdat]],
    ["a fragmented file", [ftyp, moov(), box("moof"), mdat]],
    [
      "a device in a track's name",
      [ftyp, box("moov", track("vide", [], { name: "Pixel 9 of Ann" }), track("soun")), mdat],
    ],
    [
      "a device in a codec's name",
      [ftyp, box("moov", track("vide", [], { compressor: "GoPro AVC encoder" }), track("soun")), mdat],
    ],
    ["bytes that no sample uses", [ftyp, moov(), box("mdat", Buffer.alloc(1017))]],
    ["samples that are not there", [ftyp, moov(), box("mdat", Buffer.alloc(999))]],
    ["no MP4 at all", [text("<html>hello</html>")]],
    ["nothing", []],
  ])("refuses %s", async (_, boxes) => {
    expect(await plain(...boxes)).toBe(false);
  });

  it.each([
    "VideoHandler",
    "SoundHandler",
    "Apple Video Media Handler",
    "Core Media Audio",
    "\x0cVideoHandler",
    "",
    "ISO Media file produced by Google Inc.",
  ])("knows the name %j for a writer's", async (name) => {
    const tracks = [track("vide", [], { name }), track("soun", [], { compressor: "AVC Coding" })];
    expect(await plain(ftyp, box("moov", ...tracks), mdat)).toBe(true);
  });

  it("reads sizes of 64 bits", async () => {
    const head = Buffer.alloc(16);
    head.writeUInt32BE(1);
    head.write("mdat", 4, "latin1");
    head.writeBigUInt64BE(1016n, 8);
    expect(await plain(ftyp, moov(), head, Buffer.alloc(1000))).toBe(true);
  });
});
