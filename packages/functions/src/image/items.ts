import { type Box, boxes, first, Malformed, type Reader } from "./boxes.ts";

/** One item of a HEIF file: a picture, a part of one, or metadata. */
export interface Item {
  id: number;
  /** Such as `hvc1`, `av01`, `grid`. */
  type: string;
  properties: Box[];
  /** The items that it is derived from. */
  parts: number[];
  /** All of its bytes are there. */
  whole: boolean;
  /** Their number. */
  bytes: number;
}

/** No picture has more: tiles of 512 × 512 make 400 of 100 megapixels. Bounds what a hostile file makes us look at. */
const ITEMS_MAX = 10_000;
const EXTENTS_MAX = 50_000;
const ASSOCIATIONS_MAX = 200_000;

/** The items of a `meta` box's content, by their ids. */
export function items(meta: Box[], fileBytes: number): Map<number, Item> {
  const all = new Map<number, Item>();
  for (const { id, type } of types(meta)) all.set(id, { id, type, properties: [], parts: [], whole: true, bytes: 0 });
  const iprp = boxes(wanted(meta, "iprp"));
  const properties = boxes(wanted(iprp, "ipco"));
  let associated = 0;
  for (const { type, body } of iprp) {
    if (type !== "ipma") continue;
    for (const [id, indices] of associations(body)) {
      associated += indices.length;
      if (associated > ASSOCIATIONS_MAX) throw new Malformed("there are too many properties");
      const own = indices.map((index) => properties[index - 1]).filter((one) => one !== undefined);
      all.get(id)?.properties.push(...own);
    }
  }
  for (const { id, parts } of derivations(meta)) all.get(id)?.parts.push(...parts);
  for (const { id, ...place } of places(meta, fileBytes)) {
    const item = all.get(id);
    if (item) Object.assign(item, place);
  }
  return all;
}

function wanted(all: Box[], type: string): Reader {
  const body = first(all, type);
  if (!body) throw new Malformed(`there is no ${type} box`);
  return body;
}

function* types(meta: Box[]) {
  const iinf = wanted(meta, "iinf");
  const { version } = iinf.versionAndFlags();
  if (iinf.uint(version === 0 ? 2 : 4) > ITEMS_MAX) throw new Malformed("there are too many items");
  for (const { type, body } of boxes(iinf)) {
    if (type !== "infe") continue;
    const { version } = body.versionAndFlags();
    if (version < 2) continue;
    const id = body.uint(version === 2 ? 2 : 4);
    body.uint(2);
    yield { id, type: body.text(4) };
  }
}

function* associations(ipma: Reader): Generator<[number, number[]]> {
  const { version, flags } = ipma.versionAndFlags();
  const wide = flags % 2 === 1;
  const count = ipma.uint(4);
  if (count > ITEMS_MAX) throw new Malformed("there are too many properties");
  for (let index = 0; index < count; index++) {
    const id = ipma.uint(version === 0 ? 2 : 4);
    // The highest bit says that a reader must know the property; the decoders look at that.
    yield [id, Array.from({ length: ipma.uint(1) }, () => ipma.uint(wide ? 2 : 1) % (wide ? 0x8000 : 0x80))];
  }
}

function* derivations(meta: Box[]) {
  const iref = first(meta, "iref");
  if (!iref) return;
  const size = iref.versionAndFlags().version === 0 ? 2 : 4;
  for (const { type, body } of boxes(iref)) {
    if (type !== "dimg") continue;
    const id = body.uint(size);
    yield { id, parts: Array.from({ length: body.uint(2) }, () => body.uint(size)) };
  }
}

/** How many bytes each item has, and whether none lies behind the end of the file, or of the box it should be in. */
function* places(meta: Box[], fileBytes: number) {
  const iloc = wanted(meta, "iloc");
  const { version } = iloc.versionAndFlags();
  const [offsetSize, lengthSize, baseSize, indexSize] = nibbles(iloc);
  const count = iloc.uint(version < 2 ? 2 : 4);
  const idatBytes = first(meta, "idat")?.bytes.length ?? 0;
  let extents = 0;
  for (let index = 0; index < count; index++) {
    const id = iloc.uint(version < 2 ? 2 : 4);
    const method = version === 0 ? 0 : iloc.uint(2) % 16;
    iloc.uint(2);
    const base = iloc.uint(baseSize);
    const own = iloc.uint(2);
    extents += own;
    if (extents > EXTENTS_MAX) throw new Malformed("there are too many extents");
    let end = 0;
    let bytes = 0;
    for (let extent = 0; extent < own; extent++) {
      if (version > 0) iloc.uint(indexSize);
      const offset = iloc.uint(offsetSize);
      const length = iloc.uint(lengthSize);
      end = Math.max(end, base + offset + length);
      // Without a length, all bytes to the end belong to it.
      bytes += length || fileBytes;
    }
    yield { id, bytes, whole: method === 0 ? end <= fileBytes : method !== 1 || end <= idatBytes };
  }
}

function nibbles(iloc: Reader): [number, number, number, number] {
  const [first, second] = [iloc.uint(1), iloc.uint(1)];
  return [first >> 4, first % 16, second >> 4, second % 16];
}
