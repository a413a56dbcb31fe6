import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { chromaticities } from "../../src/image/colour.ts";
import { profile } from "../../src/image/icc.ts";
import { box, coded, fullBox, grid, heif, hevc, type Item, icc, irot, ispe, u16, u32 } from "../heif.ts";
import {
  anmf,
  gif,
  iccSegments,
  jpegOfScans,
  jpegSegment,
  png,
  pngChunk,
  steppedProfile,
  vp8x,
  webp,
  webpChunk,
  webpChunks,
} from "./formats.ts";

export const P3 = profile(chromaticities(12), undefined);
const MB = 2 ** 20;
const picture = (width: number, height: number, background = "#336699") =>
  sharp({ create: { width, height, channels: 3, background }, limitInputPixels: false });
const jpegWith = async (...segments: Buffer[]) => {
  const bytes = await picture(16, 16).jpeg().toBuffer();
  return Buffer.concat([bytes.subarray(0, 2), ...segments, bytes.subarray(2)]);
};

/** Pictures of at most 25 MB that ask for far more work, or memory, than any photo: by what makes them. */
export const BOMBS: Record<string, () => Buffer | Promise<Buffer>> = {
  "png: side": () => png({ width: 30_000, height: 30_000, pixels: Buffer.alloc(1000) }),
  "png: zTXt": () => {
    const text = pngChunk("zTXt", Buffer.concat([Buffer.from("Comment\0\0"), deflateSync(Buffer.alloc(16 * MB))]));
    return png({ width: 16, height: 16 }, ...Array(400).fill(text));
  },
  "png: iTXt": () => {
    const text = pngChunk(
      "iTXt",
      Buffer.concat([Buffer.from("XML:com.adobe.xmp\0\x01\0\0\0"), deflateSync(Buffer.alloc(16 * MB))]),
    );
    return png({ width: 16, height: 16 }, ...Array(400).fill(text));
  },
  "png: iCCP": () =>
    png(
      { width: 16, height: 16 },
      pngChunk("iCCP", Buffer.concat([Buffer.from("p\0\0"), deflateSync(Buffer.alloc(40 * MB), { level: 9 })])),
    ),
  "png: text": () =>
    png(
      { width: 16, height: 16 },
      ...Array(25 * 1024).fill(pngChunk("tEXt", Buffer.from(`Comment\0${"x".repeat(1000)}`))),
    ),
  "png: chunks": () =>
    png({ width: 16, height: 16 }, Buffer.concat(Array(1_000_000).fill(pngChunk("abCd", Buffer.alloc(0))))),
  "png: frames": () => {
    const control = Buffer.concat([u32(0, 1, 1, 0, 0), u16(1, 10), Buffer.from([0, 0])]);
    const frame = Buffer.concat([
      pngChunk("fcTL", control),
      pngChunk("fdAT", Buffer.concat([u32(1), deflateSync(Buffer.alloc(2))])),
    ]);
    return png({ width: 16, height: 16 }, pngChunk("acTL", u32(100_000, 0)), ...Array(100_000).fill(frame));
  },
  "png: pixels beyond its own": () => png({ width: 16, height: 16, pixels: Buffer.alloc(40 * MB) }),
  "jpeg: side": () => jpegOfScans(60_000, 60_000, 1, false).subarray(0, 1000),
  "jpeg: progressive scans": () => jpegOfScans(4096, 4096, 3000, true),
  "jpeg: scans": () => jpegOfScans(1024, 1024, 4000, false),
  "jpeg: large scans": () => jpegOfScans(4096, 4096, 60, true),
  "jpeg: fill bytes": () => jpegWith(Buffer.alloc(24 * MB, 0xff)),
  "jpeg: segments": () => jpegWith(Buffer.concat(Array(6_000_000).fill(jpegSegment(0xfe, Buffer.alloc(0))))),
  "jpeg: exifs": () =>
    jpegWith(Buffer.concat(Array(380).fill(jpegSegment(0xe1, Buffer.concat([Buffer.from("Exif\0\0"), exifLoop()]))))),
  "jpeg: exif loop": () => jpegWith(jpegSegment(0xe1, Buffer.concat([Buffer.from("Exif\0\0"), exifLoop()]))),
  "jpeg: profile of 10 MB": () => jpegWith(iccSegments(Buffer.concat([P3, Buffer.alloc(10 * MB)]))),
  "jpeg: profile of 100,000 steps": () => jpegWith(iccSegments(steppedProfile(P3, 100_000))),
  "gif: frames": () => gif(1, 1, 500_000),
  "gif: 100,000 frames": () => gif(1, 1, 100_000),
  "gif: canvas": () => gif(65_535, 65_535, 1),
  "gif: frame beyond the canvas": () => gif(1, 1, 1, 65_535),
  "gif: frames of a large canvas": () => gif(7000, 7000, 400),
  "gif: comments": () => {
    const one = gif(1, 1, 1);
    const comment = Buffer.from("21fe0100 00".replace(" ", ""), "hex");
    return Buffer.concat([one.subarray(0, 19), ...Array(2_000_000).fill(comment), one.subarray(19)]);
  },
  "webp: side": async () => {
    const bytes = await picture(16, 16).webp({ lossless: true }).toBuffer();
    const at = bytes.indexOf("VP8L") + 9;
    bytes.writeUInt32LE((bytes.readUInt32LE(at) & 0xf0000000) | 0x0fffffff, at);
    return bytes;
  },
  "webp: frames": async () => {
    const chunks = webpChunks(await picture(1, 1).webp({ lossless: true }).toBuffer());
    return webp(
      vp8x(1, 1, 2),
      webpChunk("ANIM", Buffer.alloc(6)),
      Buffer.concat(Array(100_000).fill(anmf(1, 1, ...chunks))),
    );
  },
  "webp: chunks": async () => {
    const chunks = webpChunks(await picture(1, 1).webp({ lossless: true }).toBuffer());
    return webp(vp8x(1, 1, 0), ...chunks, Buffer.concat(Array(1_000_000).fill(webpChunk("abcd", Buffer.alloc(0)))));
  },
  "webp: small frames in a large canvas": async () => {
    const chunks = webpChunks(await picture(1, 1).webp({ lossless: true }).toBuffer());
    return webp(
      vp8x(4000, 4000, 2),
      webpChunk("ANIM", Buffer.alloc(6)),
      Buffer.concat(Array(400).fill(anmf(1, 1, ...chunks))),
    );
  },
  "webp: profile of 10 MB": async () => {
    const chunks = webpChunks(await picture(16, 16).webp({ lossless: true }).toBuffer());
    return webp(vp8x(16, 16, 0x20), webpChunk("ICCP", Buffer.concat([P3, Buffer.alloc(10 * MB)])), ...chunks);
  },
  "avif: larger than it says": async () => heif({ brands: AVIF, items: [await av1(64)] }),
  "avif: tiles larger than they say": async () => heif({ brands: AVIF, items: tiles(await av1(64), 250) }),
  "avif: turns": async () => heif({ brands: AVIF, items: [turned(await av1(4096), 249)] }),
  "heic: tiles larger than they say": () => heif({ items: tiles(black(64), 250) }),
  "heic: larger than it says": () => heif({ items: [black(64)] }),
  "heic: turns": () => heif({ items: [turned(black(4096), 249)] }),
  "heic: itself": () =>
    heif({
      items: [
        { type: "grid", data: grid(1, 1, 64, 64), properties: [ispe(64, 64)], references: { type: "dimg", to: [1] } },
      ],
    }),
  "heic: each of all others": () => {
    const to = Array.from({ length: 300 }, (_, index) => index + 1);
    const all = (type: string): Item => ({
      type,
      data: grid(1, 1, 64, 64),
      properties: [ispe(64, 64)],
      references: { type: "dimg", to },
    });
    return heif({ items: Array.from({ length: 300 }, () => all("iovl")) });
  },
  "heic: the same extent 50,000 times": () => extents(50_000),
  "heic: the same extent 30 times": () => extents(30),
  "heic: overlay of 250": () => {
    const to = Array(250).fill(2);
    const data = Buffer.concat([Buffer.from([0, 0]), u16(0, 0, 0, 65535), u16(8192, 8192), ...to.map(() => u16(0, 0))]);
    return heif({
      items: [{ type: "iovl", data, properties: [ispe(8192, 8192)], references: { type: "dimg", to } }, hevc("red")],
    });
  },
  "heic: canvas beyond what it says": () => {
    const data = Buffer.concat([Buffer.from([0, 1]), u16(0, 0, 0, 65535), u32(200_000, 200_000), u32(0, 0)]);
    return heif({
      items: [{ type: "iovl", data, properties: [ispe(64, 64)], references: { type: "dimg", to: [2] } }, hevc("red")],
    });
  },
  "heic: grid beyond what it says": () =>
    heif({
      items: [
        {
          type: "grid",
          data: grid(1, 1, 60_000, 60_000),
          properties: [ispe(64, 64)],
          references: { type: "dimg", to: [2] },
        },
        hevc("red"),
      ],
    }),
  "heic: properties": () => {
    const many = Array.from({ length: 100 }, (_, index) => fullBox("udes", index, Buffer.from([0])));
    return heif({
      items: Array.from({ length: 9000 }, () => hevc("red", ...many)).map((one, _, [first]) => ({
        ...one,
        properties: first!.properties!,
      })),
    });
  },
  "heic: property boxes": () => {
    const bytes = heif({ items: [hevc("red")] });
    return grown(bytes, "ipco", Buffer.concat(Array(2_000_000).fill(box("free"))));
  },
  "heic: profile of 10 MB": () => heif({ items: [hevc("red", icc(Buffer.concat([P3, Buffer.alloc(10 * MB)])))] }),
  "heic: profile of 100,000 steps": () => heif({ items: [hevc("red", icc(steppedProfile(P3, 100_000)))] }),
  "heic: nested boxes": () => {
    let inner = box("free");
    for (let depth = 0; depth < 5000; depth++) inner = box("meta", Buffer.alloc(4), inner);
    return Buffer.concat([heif({ items: [] }).subarray(0, 28), inner]);
  },
  "heic: sequence": () =>
    Buffer.concat([box("ftyp", Buffer.from("hevc\0\0\0\0msf1hevc")), box("moov", Buffer.alloc(20 * MB))]),
};

const AVIF = ["avif", "mif1", "avif"];

/** With more in a box of the properties: those around it grow with it. */
function grown(bytes: Buffer, type: string, more: Buffer): Buffer {
  const path = ["meta", "iprp", type];
  const out = Buffer.from(bytes);
  for (const name of path) {
    const at = out.indexOf(name, 0, "latin1") - 4;
    out.writeUInt32BE(out.readUInt32BE(at) + more.length, at);
  }
  const at = out.indexOf(type, 0, "latin1") - 4;
  const end = at + bytes.readUInt32BE(at);
  return Buffer.concat([out.subarray(0, end), more, out.subarray(end)]);
}

const tiles = (tile: Item, count: number): Item[] => [
  {
    type: "grid",
    data: grid(count / 50, 50, 50 * 64, (count / 50) * 64),
    properties: [ispe(50 * 64, (count / 50) * 64)],
    references: { type: "dimg", to: Array(count).fill(2) },
  },
  tile,
];
const turned = (item: Item, count: number): Item => ({
  ...item,
  properties: [...item.properties!, ...Array(count).fill(irot(1))],
});

/** Black, 4096 × 4096, encoded once. */
let encoded: Promise<Buffer> | undefined;

async function av1(said: number): Promise<Item> {
  encoded ??= picture(4096, 4096, "#000").avif({ effort: 0 }).toBuffer();
  const bytes = await encoded;
  const at = bytes.indexOf("av1C") - 4;
  const data = bytes.subarray(bytes.indexOf("mdat") + 4);
  return { type: "av01", data, properties: [bytes.subarray(at, at + bytes.readUInt32BE(at)), ispe(said, said)] };
}

const black = (said: number): Item =>
  coded(readFileSync(join(import.meta.dirname, "../fixtures/black-4096.hevc")), {
    ...{ width: said, height: said, chroma: 1, bits: 8 },
  });

function exifLoop(): Buffer {
  // Big-endian; every entry of the first directory is another one, which is the first.
  const entries = 5000;
  const out = Buffer.alloc(8 + 2 + 12 * entries + 4);
  out.write("MM\0*\0\0\0\x08", "latin1");
  out.writeUInt16BE(entries, 8);
  for (let index = 0; index < entries; index++) {
    const at = 10 + 12 * index;
    out.writeUInt16BE([0x8769, 0x8825, 0xa005][index % 3]!, at);
    out.writeUInt16BE(4, at + 2);
    out.writeUInt32BE(1, at + 4);
    out.writeUInt32BE(8, at + 8);
  }
  out.writeUInt32BE(8, out.length - 4);
  return out;
}

/** An item whose one place is named again and again. */
function extents(count: number): Buffer {
  const item = { ...hevc("red") };
  const bytes = heif({ items: [item], trailer: Buffer.alloc(20 * MB) });
  const at = bytes.indexOf("iloc") - 4;
  const offset = bytes.readUInt32BE(at + 22);
  const place = u32(offset, bytes.length - offset);
  const iloc = fullBox("iloc", 0, Buffer.from([0x44, 0]), u16(1, 1, 0, count), ...Array(count).fill(place));
  const more = iloc.length - bytes.readUInt32BE(at);
  const out = Buffer.concat([bytes.subarray(0, at), iloc, bytes.subarray(at + bytes.readUInt32BE(at))]);
  const meta = out.indexOf("meta") - 4;
  out.writeUInt32BE(out.readUInt32BE(meta) + more, meta);
  return out;
}
