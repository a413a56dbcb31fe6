import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { box, fullBox, heif, hevc, icc } from "../heif.ts";
import { jpegSegment, pngChunk, webpChunk } from "./formats.ts";

const latin1 = (text: string) => Buffer.from(text, "latin1");

/** In everything that is foreign. */
export const MARK = "polyglot-7f3c";

/** Files of other kinds, which are taken for what they are by those who look for it, wherever it stands. */
export const PAYLOADS: Record<string, Buffer> = {
  HTML: Buffer.from(`<!doctype html><html><body><script>alert("${MARK}")</script></body></html>`),
  SVG: Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" onload="alert('${MARK}')"><image href="file:///etc/passwd"/></svg>`,
  ),
  PDF: Buffer.from(
    `%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert("${MARK}"))>>>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n`,
  ),
  JavaScript: Buffer.from(`/*\n*/=1;alert("${MARK}");/*`),
  ZIP: zip("index.html", Buffer.from(`<script>alert("${MARK}")</script>`)),
  PHP: Buffer.from(`<?php system($_GET["${MARK}"]); ?>`),
  "XML with a DTD": Buffer.from(
    `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;${MARK}</x>`,
  ),
};
const ALL = Buffer.concat(Object.values(PAYLOADS));

const picture = () => sharp({ create: { width: 16, height: 16, channels: 3, background: "#336699" } });
export const PICTURES: Record<string, () => Promise<Buffer>> = {
  jpg: () => picture().jpeg().toBuffer(),
  png: () => picture().png().toBuffer(),
  webp: () => picture().webp().toBuffer(),
  gif: () => picture().gif().toBuffer(),
  avif: () => picture().avif({ effort: 0 }).toBuffer(),
  heic: async () => heif({ items: [hevc("red")] }),
};

/** A picture with the payloads in places that its format has for anything at all, by what they are called. */
export async function hidden(format: string): Promise<Record<string, Buffer>> {
  const bytes = await PICTURES[format]!();
  return HIDING[format]!(bytes);
}

const at = (bytes: Buffer, place: number, ...more: Buffer[]) =>
  Buffer.concat([bytes.subarray(0, place), ...more, bytes.subarray(place)]);
const le16 = (value: number) => Buffer.from([value & 255, value >> 8]);

const HIDING: Record<string, (bytes: Buffer) => Record<string, Buffer>> = {
  jpg: (bytes) => ({
    comment: at(bytes, 2, jpegSegment(0xfe, ALL)),
    XMP: at(bytes, 2, jpegSegment(0xe1, Buffer.concat([latin1("http://ns.adobe.com/xap/1.0/\0"), ALL]))),
    EXIF: at(bytes, 2, jpegSegment(0xe1, Buffer.concat([latin1("Exif\0\0II*\0\x08\0\0\0\0\0"), ALL]))),
    IPTC: at(bytes, 2, jpegSegment(0xed, Buffer.concat([latin1("Photoshop 3.0\0"), ALL]))),
    profile: at(bytes, 2, jpegSegment(0xe2, Buffer.concat([latin1("ICC_PROFILE\0\x01\x01"), ALL]))),
    "first segment": at(bytes, 2, jpegSegment(0xe0, Buffer.concat([latin1("JFXX\0\x10"), ALL]))),
    "between table and pixels": at(bytes, bytes.indexOf(latin1("\xff\xda")), ALL),
    "before its end": at(bytes, bytes.length - 2, jpegSegment(0xfe, ALL)),
  }),
  png: (bytes) => ({
    text: at(bytes, 33, pngChunk("tEXt", Buffer.concat([latin1("Comment\0"), ALL]))),
    "unknown chunk": at(bytes, 33, pngChunk("abCd", ALL)),
    "unknown chunk that must be known": at(bytes, 33, pngChunk("ABCD", ALL)),
    EXIF: at(bytes, 33, pngChunk("eXIf", Buffer.concat([latin1("II*\0\x08\0\0\0\0\0"), ALL]))),
    profile: at(bytes, 33, pngChunk("iCCP", Buffer.concat([latin1(`${MARK}\0\0`), deflateSync(ALL)]))),
    palette: at(bytes, 33, pngChunk("sPLT", ALL)),
    "before its end": at(bytes, bytes.length - 12, pngChunk("tEXt", Buffer.concat([latin1("Comment\0"), ALL]))),
  }),
  webp: (bytes) => {
    const within = (...more: Buffer[]) => webpChunk("RIFF", Buffer.concat([bytes.subarray(8), ...more]));
    return {
      "unknown chunk": within(webpChunk("abcd", ALL)),
      XMP: within(webpChunk("XMP ", ALL)),
      EXIF: within(webpChunk("EXIF", ALL)),
      profile: within(webpChunk("ICCP", ALL)),
      "before its pixels": webpChunk(
        "RIFF",
        Buffer.concat([latin1("WEBP"), webpChunk("abcd", ALL), bytes.subarray(12)]),
      ),
    };
  },
  gif: (bytes) => {
    const blocks = [];
    for (let from = 0; from < ALL.length; from += 255) {
      const part = ALL.subarray(from, from + 255);
      blocks.push(Buffer.from([part.length]), part);
    }
    const data = Buffer.concat([...blocks, Buffer.from([0])]);
    const end = bytes.length - 1;
    return {
      comment: at(bytes, end, Buffer.from([0x21, 0xfe]), data),
      application: at(bytes, end, latin1("\x21\xff\x0bXMP DataXMP"), data),
      "plain text": at(bytes, end, Buffer.from([0x21, 0x01, 12]), Buffer.alloc(12), data),
      // Its size is then the beginning of a comment: GIF89a/* */=1; is a script.
      "its size": Buffer.concat([latin1("GIF89a"), le16(0x2a2f), bytes.subarray(8, -1), ALL, latin1("\x3b")]),
    };
  },
  avif: (bytes) => ({
    ...boxed(bytes),
    "its pixels": renamed(bytes),
  }),
  heic: (bytes) => ({
    ...boxed(bytes),
    profile: heif({ items: [hevc("red", icc(ALL))] }),
    "another item": heif({ items: [hevc("red"), { type: "mime", data: ALL }, { type: "Exif", data: ALL }] }),
    "unknown property": heif({ items: [hevc("red", box("abcd", ALL), fullBox("udes", 0, ALL))] }),
  }),
};

const boxed = (bytes: Buffer) => ({
  "free box": Buffer.concat([bytes, box("free", ALL)]),
  "box of their own": Buffer.concat([bytes, box("uuid", Buffer.alloc(16, 7), ALL)]),
  brands: Buffer.concat([
    box("ftyp", bytes.subarray(8, 16), latin1(MARK.padEnd(16))),
    bytes.subarray(bytes.readUInt32BE(0)),
  ]),
});

/** Within the pixels' own bytes, which no decoder then reads as they were. */
function renamed(bytes: Buffer): Buffer {
  const out = Buffer.from(bytes);
  const data = out.indexOf("mdat") + 4;
  out.write(MARK, Math.max(data, out.length - MARK.length), "latin1");
  return out;
}

/** An archive of one file, stored. */
function zip(name: string, data: Buffer): Buffer {
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50);
  local.writeUInt32LE(data.length, 18);
  local.writeUInt32LE(data.length, 22);
  local.writeUInt16LE(name.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50);
  central.writeUInt32LE(data.length, 20);
  central.writeUInt32LE(data.length, 24);
  central.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(46 + name.length, 12);
  end.writeUInt32LE(30 + name.length + data.length, 16);
  return Buffer.concat([local, latin1(name), data, central, latin1(name), end]);
}
