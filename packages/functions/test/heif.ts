import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Writes HEIF files (ISO/IEC 23008-12) of any make, from pictures that are coded already. */

export interface Item {
  type: string;
  data?: Buffer;
  /** Boxes. */
  properties?: Buffer[];
  /** What it is derived of, or belongs to: numbers of items, the first being 1. */
  references?: { type: string; to: number[] };
}

export interface File {
  items: Item[];
  /** The number of the item that is shown. */
  primary?: number;
  brands?: string[];
  /** Boxes behind everything. */
  trailer?: Buffer;
}

export const box = (type: string, ...content: Buffer[]) =>
  Buffer.concat([u32(8 + content.reduce((sum, one) => sum + one.length, 0)), Buffer.from(type, "latin1"), ...content]);
export const fullBox = (type: string, version: number, ...content: Buffer[]) =>
  box(type, Buffer.from([version, 0, 0, 0]), ...content);
export const u16 = (...values: number[]) => Buffer.from(values.flatMap((one) => [one >> 8, one & 255]));
export const u32 = (...values: number[]) =>
  Buffer.from(values.flatMap((one) => [...u16(one >>> 16), ...u16(one & 65535)]));

export const ispe = (width: number, height: number) => fullBox("ispe", 0, u32(width, height));
export const nclx = (primaries: number, transfer: number, matrix: number) =>
  box("colr", Buffer.from("nclx"), u16(primaries, transfer, matrix), Buffer.from([0x80]));
export const icc = (profile: Buffer) => box("colr", Buffer.from("prof"), profile);
/** Quarter turns against the clock. */
export const irot = (turns: number) => box("irot", Buffer.from([turns]));
export const imir = (axis: number) => box("imir", Buffer.from([axis]));
/** A cut-out of the middle. */
export const clap = (width: number, height: number) => box("clap", u32(width, 1, height, 1, 0, 1, 0, 1));

export function heif({ items, primary = 1, brands = ["heic", "mif1", "heic"], trailer }: File): Buffer {
  const [major, ...compatible] = brands;
  const ftyp = box("ftyp", Buffer.from(`${major}\0\0\0\0${compatible.join("")}`, "latin1"));
  const boxes = [...new Set(items.flatMap(({ properties = [] }) => properties))];
  const associations = items.map(({ properties = [] }, index) =>
    Buffer.concat([
      u16(index + 1),
      Buffer.from([properties.length, ...properties.map((one) => boxes.indexOf(one) + 1)]),
    ]),
  );
  const meta = (start: number) => {
    let offset = start;
    const places = items.map(({ data = Buffer.alloc(0) }, index) => {
      offset += data.length;
      return Buffer.concat([u16(index + 1, 0, 1), u32(offset - data.length, data.length)]);
    });
    return fullBox(
      "meta",
      0,
      fullBox("hdlr", 0, u32(0), Buffer.from("pict"), Buffer.alloc(13)),
      fullBox("pitm", 0, u16(primary)),
      fullBox("iloc", 0, Buffer.from([0x44, 0]), u16(items.length), ...places),
      fullBox(
        "iinf",
        0,
        u16(items.length),
        ...items.map(({ type }, index) => fullBox("infe", 2, u16(index + 1, 0), Buffer.from(`${type}\0`))),
      ),
      fullBox(
        "iref",
        0,
        ...items.flatMap(({ references }, index) =>
          references ? [box(references.type, u16(index + 1, references.to.length, ...references.to))] : [],
        ),
      ),
      box("iprp", box("ipco", ...boxes), fullBox("ipma", 0, u32(items.length), ...associations)),
    );
  };
  const start = ftyp.length + meta(0).length + 8;
  const data = items.map((item) => item.data ?? Buffer.alloc(0));
  return Buffer.concat([ftyp, meta(start), box("mdat", ...data), trailer ?? Buffer.alloc(0)]);
}

/** A grid of tiles, 64 × 64 each. */
export const grid = (rows: number, columns: number, width: number, height: number) =>
  Buffer.concat([Buffer.from([0, 0, rows - 1, columns - 1]), u16(width, height)]);

/** One of the coded pictures in `fixtures`, as an item with what decoding it needs. */
export function hevc(name: string, ...properties: Buffer[]): Item {
  const chroma = name === "grey" ? 0 : name.includes("420") || name.includes("vui") ? 1 : name.includes("10") ? 2 : 3;
  const stream = readFileSync(join(import.meta.dirname, "fixtures", `${name}.hevc`));
  return coded(stream, { width: 64, height: 64, chroma, bits: name.includes("10") ? 10 : 8 }, ...properties);
}

/** A picture of an HEVC stream. `chroma` counts as HEVC does: 1 is 4:2:0. */
export function coded(
  stream: Buffer,
  { width, height, chroma, bits }: { width: number; height: number; chroma: number; bits: number },
  ...properties: Buffer[]
): Item {
  const nals = nalUnits(stream);
  const configuring = (nal: Buffer) => [32, 33, 34].includes(kind(nal));
  const data = nals.filter((nal) => kind(nal) < 32).map((nal) => Buffer.concat([u32(nal.length), nal]));
  const own = [hvcc(nals.filter(configuring), chroma, bits), ispe(width, height)];
  return { type: "hvc1", data: Buffer.concat(data), properties: [...own, ...properties] };
}

const kind = (nal: Buffer) => (nal[0]! >> 1) & 63;

function nalUnits(stream: Buffer): Buffer[] {
  const starts: number[] = [];
  for (let at = stream.indexOf("\0\0\x01", 0, "latin1"); at >= 0; at = stream.indexOf("\0\0\x01", at + 3, "latin1"))
    starts.push(at + 3);
  return starts.map((start, index) => {
    let end = index + 1 < starts.length ? starts[index + 1]! - 3 : stream.length;
    while (stream[end - 1] === 0) end--;
    return stream.subarray(start, end);
  });
}

/** HEVCDecoderConfigurationRecord of ISO/IEC 14496-15. */
function hvcc(nals: Buffer[], chroma: number, bits: number): Buffer {
  const sps = nals.find((nal) => kind(nal) === 33)!;
  // Profile and level, without the bytes that keep start codes out of the stream.
  const level = Buffer.from(sps.toString("latin1").replaceAll("\0\0\x03", "\0\0"), "latin1").subarray(3, 15);
  const head = Buffer.from([
    0xf0,
    0,
    0xfc,
    0xfc | chroma,
    0xf8 | (bits - 8),
    0xf8 | (bits - 8),
    0,
    0,
    0x0f,
    nals.length,
  ]);
  const arrays = nals.map((nal) => Buffer.concat([Buffer.from([0x80 | kind(nal)]), u16(1, nal.length), nal]));
  return box("hvcC", Buffer.from([1]), level, head, ...arrays);
}
