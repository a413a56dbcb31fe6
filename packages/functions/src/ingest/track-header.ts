export * as TrackHeader from "./track-header.ts";

/** A box (ISO/IEC 14496-12): where its content begins and ends, in bytes of the file. */
interface Box {
  type: string;
  start: number;
  end: number;
}

/** More sibling boxes than any real movie has. It bounds the work that a crafted file can cause. */
const BOXES_MAX = 1000;
/** Bytes from the content of a `tkhd` box to its matrix, by version: version 1 has times of 64 bits. */
const MATRIX_AT = [40, 52];
const MATRIX_BYTES = 36;
/** Bytes from the content of a `hdlr` box to the kind of its track. */
const HANDLER_AT = 8;

/**
 * Makes the first picture track be shown as in a mirror, by the matrix of its header. `file` begins with the file's
 * first byte and may end before the file does. True when it was changed, false when it is so already, undefined when no
 * header of a picture track is in it.
 */
export function mirror(file: Buffer): boolean | undefined {
  const at = find(file);
  if (at === undefined) return undefined;
  const width = file.readUInt32BE(at + MATRIX_BYTES);
  const matrix = mirrored(width);
  if (file.subarray(at, at + MATRIX_BYTES).equals(matrix)) return false;
  matrix.copy(file, at);
  return true;
}

/** Left becomes right, then all is moved back by its width: fixed point, 16.16 and in the third column 2.30. */
function mirrored(width: number): Buffer {
  const matrix = Buffer.alloc(MATRIX_BYTES);
  matrix.writeInt32BE(-0x10000, 0);
  matrix.writeInt32BE(0x10000, 16);
  matrix.writeUInt32BE(width, 24);
  matrix.writeInt32BE(0x40000000, 32);
  return matrix;
}

/** Offset of the matrix of the first video track, in bytes; the width stands right behind the matrix. */
function find(file: Buffer): number | undefined {
  const all: Box = { type: "", start: 0, end: file.length };
  for (const movie of inside(file, all, "moov"))
    for (const track of inside(file, movie, "trak")) {
      const [header] = inside(file, track, "tkhd");
      const [handler] = inside(file, track, "mdia").flatMap((media) => inside(file, media, "hdlr"));
      if (!header || !handler || text(file, handler.start + HANDLER_AT, handler.end) !== "vide") continue;
      const at = header.start + (MATRIX_AT[file[header.start] ?? 0] ?? header.end);
      if (at + MATRIX_BYTES + 4 <= header.end) return at;
    }
  return undefined;
}

/** The boxes of a type inside another box. A box that is cut off, or has a false size, ends with its parent. */
function inside(file: Buffer, { start, end }: Box, type: string): Box[] {
  const found: Box[] = [];
  for (let at = start, count = 0; at + 8 <= end && count < BOXES_MAX; count++) {
    let size = file.readUInt32BE(at);
    let header = 8;
    if (size === 1 && at + 16 <= end) {
      size = Number(file.readBigUInt64BE(at + 8));
      header = 16;
    } else if (size === 0) size = end - at;
    if (size < header) break;
    if (text(file, at + 4, end) === type) found.push({ type, start: at + header, end: Math.min(end, at + size) });
    at += size;
  }
  return found;
}

const text = (file: Buffer, at: number, end: number) => file.toString("latin1", at, Math.min(at + 4, end));
