import type { Sharp } from "sharp";
import { sharp } from "./codecs.ts";

const END = Buffer.from([0xff, 0xd9]);

/**
 * A JPEG to be decoded. One that lacks nothing but its end marker is given one; with a marker in its place libjpeg only
 * warns of pixels that are missing, so then every warning counts.
 */
export function decodable(bytes: Uint8Array): Sharp {
  const ends = hasEnd(bytes);
  const input = ends ? bytes : Buffer.concat([bytes, END]);
  return sharp(input, { failOn: ends ? "error" : "warning", limitInputPixels: false });
}

/** Markers without a segment: TEM, and those that stand within a scan: a stuffed byte and the restarts. */
const isAlone = (marker: number) => marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8);

/** Whether the picture's own end marker is there: a thumbnail within it has one too, and more may stand behind it. */
function hasEnd(bytes: Uint8Array): boolean {
  for (let at = 2; ; ) {
    // Within a scan everything up to the next marker is pixels.
    at = bytes.indexOf(0xff, at);
    if (at < 0 || at + 1 >= bytes.length) return false;
    const marker = bytes[at + 1]!;
    if (marker === 0xd9) return true;
    if (marker === 0xff) at++;
    else if (isAlone(marker)) at += 2;
    else if (at + 3 >= bytes.length) return false;
    else at += 2 + bytes[at + 2]! * 256 + bytes[at + 3]!;
  }
}
