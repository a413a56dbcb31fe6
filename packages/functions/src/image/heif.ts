import { IMAGE_BYTES } from "@dropclip/core/limits";
import { type Box, boxes, first, Malformed, Reader } from "./boxes.ts";
import type { Colour } from "./colour.ts";
import { type Item, items } from "./items.ts";
import { simple } from "./profile.ts";

export * as Heif from "./heif.ts";

/** What a HEIF file declares about its primary picture, before anything is decoded. */
export interface Info {
  /** The type of the items that hold its pixels, such as `hvc1` or `av01`. */
  codec: string;
  width: number;
  height: number;
  /** Sum of the pixels of all items that make up the picture. */
  pixels: number;
  colour: Colour;
}

/** Deepest nesting of derived pictures; no writer goes further. */
const DEPTH_MAX = 4;
/** 100 megapixels in tiles of 512 × 512 are 400; a hostile file's parts, each made of all others, are countless. */
const LEAVES_MAX = 10_000;
/** Most coded bytes of all leaves. A file can refer to the same bytes many times, so its size is no bound. */
const CODED_BYTES_MAX = 2 * IMAGE_BYTES;
/** A turn, a mirror and a cut-out, which MIAF allows once each; every one is a walk through all pixels. */
const TRANSFORMATIONS = new Set(["irot", "imir", "clap"]);
const TRANSFORMATIONS_MAX = 6;
const EXIF = Buffer.from("Exif");
const DERIVED = new Set(["grid", "iovl", "iden", "tmap"]);

/**
 * Reads what there is to know of the primary picture of a HEIF file (ISO/IEC 23008-12). Undefined when it has none, as
 * a mere sequence; throws Malformed when it is damaged or cut off.
 */
export function describe(bytes: Uint8Array): Info | undefined {
  const top = boxes(new Reader(bytes));
  const meta = first(top, "meta");
  meta?.versionAndFlags();
  const inside = meta ? boxes(meta) : [];
  const pitm = first(inside, "pitm");
  if (!pitm) {
    if (top.some(({ type }) => type === "moov" || type === "mini")) return undefined;
    throw new Malformed("there is no primary item");
  }
  const { version } = pitm.versionAndFlags();
  const all = items(inside, bytes.length);
  const primary = found(all, pitm.uint(version === 0 ? 2 : 4));
  // A truncated file is refused even if the missing end would not be visible.
  for (const { id, whole } of all.values())
    if (!whole) throw new Malformed(`the item ${id} reaches behind the file's end`);
  const leaves = leavesOf(all, primary);
  if (leaves.reduce((sum, one) => sum + one.bytes, 0) > CODED_BYTES_MAX)
    throw new Malformed("its parts have more bytes than a file can have");
  const { width, height } = size(primary);
  return {
    codec: leaves[0]!.type,
    width,
    height,
    pixels: leaves.map(size).reduce((sum, one) => sum + one.width * one.height, 0),
    // Some writers tag only the tiles.
    colour: { ...colourOf(leaves[0]!.properties), ...colourOf(primary.properties) },
  };
}

/** The coded items that make up a picture. */
function leavesOf(all: Map<number, Item>, item: Item, depth = 0, leaves: Item[] = []): Item[] {
  if (depth > DEPTH_MAX) throw new Malformed("a picture is derived of itself");
  if (leaves.length > LEAVES_MAX) throw new Malformed("a picture is put together of too many");
  if (item.properties.filter(({ type }) => TRANSFORMATIONS.has(type)).length > TRANSFORMATIONS_MAX)
    throw new Malformed(`the picture ${item.id} is turned again and again`);
  if (!DERIVED.has(item.type)) leaves.push(item);
  // A tone-mapped picture is a base picture and how to make it brighter: the base is what is shown here.
  else if (item.parts.length === 0) throw new Malformed(`the picture ${item.id} is derived of none`);
  else
    for (const id of item.type === "tmap" ? item.parts.slice(0, 1) : item.parts)
      leavesOf(all, found(all, id), depth + 1, leaves);
  return leaves;
}

function found(all: Map<number, Item>, id: number): Item {
  const item = all.get(id);
  if (!item) throw new Malformed(`there is no item ${id}`);
  return item;
}

function size({ id, properties }: Item) {
  const ispe = first(properties, "ispe");
  if (!ispe) throw new Malformed(`the item ${id} has no size`);
  const body = new Reader(ispe.bytes);
  body.versionAndFlags();
  return { width: body.uint(4), height: body.uint(4) };
}

function colourOf(properties: Box[]): Colour {
  const colour: Colour = {};
  for (const { type, body } of properties) {
    if (type !== "colr") continue;
    const reader = new Reader(body.bytes);
    const kind = reader.text(4);
    if (kind === "nclx") colour.cicp = { primaries: reader.uint(2), transfer: reader.uint(2) };
    else if (kind === "prof" || kind === "rICC") colour.icc = reader.rest();
  }
  return colour;
}

/**
 * The same file, with everything hidden from readers except the picture, and without profiles that could take hours.
 * Its boxes stay where they are, since the file says where its bytes lie. Throws Malformed as `describe` does.
 */
export function lean(bytes: Uint8Array): Buffer {
  const copy = Buffer.from(bytes);
  const meta = first(boxes(new Reader(copy)), "meta");
  meta?.versionAndFlags();
  const inside = meta ? boxes(meta) : [];
  const iinf = first(inside, "iinf");
  const { version } = iinf?.versionAndFlags() ?? {};
  iinf?.uint(version === 0 ? 2 : 4);
  for (const { type, body } of iinf ? boxes(iinf) : []) if (type === "infe") forget(body);
  const iprp = first(inside, "iprp");
  const ipco = iprp && first(boxes(iprp), "ipco");
  for (const { type, body } of ipco ? boxes(ipco) : [])
    if (type === "colr" && body.left > 4 && body.text(4) !== "nclx") {
      const icc = body.rest();
      icc.set(simple(Buffer.from(icc.buffer, icc.byteOffset, icc.length)));
    }
  return copy;
}

/** Metadata items (place, device) get a type that no reader reads. */
function forget(infe: Reader) {
  const { version } = infe.versionAndFlags();
  if (version < 2) return;
  infe.take(version === 2 ? 4 : 6);
  const type = infe.take(4);
  if (Buffer.from(type).equals(EXIF)) type.fill(0x20);
}
