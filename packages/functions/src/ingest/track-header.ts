export * as TrackHeader from "./track-header.ts";

import { Boxes } from "../film/boxes.ts";

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
  for (const track of Boxes.along(file, "moov trak")) {
    const [header] = Boxes.inside(file, track, "tkhd");
    const [handler] = Boxes.inside(file, track, "mdia").flatMap((media) => Boxes.inside(file, media, "hdlr"));
    if (!header || !handler || Boxes.text(file, handler.start + HANDLER_AT, handler.end) !== "vide") continue;
    const at = header.start + (MATRIX_AT[file[header.start] ?? 0] ?? header.end);
    if (at + MATRIX_BYTES + 4 <= header.end) return at;
  }
  return undefined;
}
