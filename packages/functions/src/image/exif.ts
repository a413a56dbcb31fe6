export * as Exif from "./exif.ts";

/** TIFF 6.0: tags of the first directory, and how their values are stored. */
const ORIENTATION = 0x0112;
const SHORT = 3;
const LONG = 4;
/** Entries of a directory that are read at most: no camera writes more. */
const ENTRIES_MAX = 500;
const HEADER = "Exif\0\0";

/**
 * EXIF data with the orientation alone, which is all that a decoder needs; undefined when there is no orientation.
 * Directories may refer to each other, so a full reader could loop without end.
 */
export function onlyOrientation(exif: Buffer): Buffer | undefined {
  const value = orientation(exif.toString("latin1", 0, HEADER.length) === HEADER ? exif.subarray(HEADER.length) : exif);
  return value === undefined ? undefined : written(value);
}

function orientation(tiff: Buffer): number | undefined {
  const order = tiff.toString("latin1", 0, 2);
  if (tiff.length < 8 || (order !== "II" && order !== "MM")) return undefined;
  const little = order === "II";
  const u16 = (at: number) => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const u32 = (at: number) => (little ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));
  const directory = u32(4);
  if (directory + 2 > tiff.length) return undefined;
  const entries = Math.min(u16(directory), ENTRIES_MAX);
  for (let index = 0; index < entries; index++) {
    const at = directory + 2 + 12 * index;
    if (at + 12 > tiff.length) return undefined;
    if (u16(at) !== ORIENTATION) continue;
    const type = u16(at + 2);
    const value = type === SHORT ? u16(at + 8) : type === LONG ? u32(at + 8) : 0;
    return value >= 1 && value <= 8 ? value : undefined;
  }
  return undefined;
}

/** A directory of one entry. */
function written(value: number): Buffer {
  const tiff = Buffer.alloc(26);
  tiff.write("MM\0*", "latin1");
  tiff.writeUInt32BE(8, 4);
  tiff.writeUInt16BE(1, 8);
  tiff.writeUInt16BE(ORIENTATION, 10);
  tiff.writeUInt16BE(SHORT, 12);
  tiff.writeUInt32BE(1, 14);
  tiff.writeUInt16BE(value, 18);
  return Buffer.concat([Buffer.from(HEADER, "latin1"), tiff]);
}
