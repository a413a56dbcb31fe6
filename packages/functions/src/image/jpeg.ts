import type { Sharp } from "sharp";
import { sharp } from "./codecs.ts";
import { blamed, Unreadable } from "./failure.ts";

const END = Buffer.from([0xff, 0xd9]);
/** What a decoder would take for pixels if it still lacked some. */
const MORE = Buffer.alloc(64, 0xa5);
/** Rows at the bottom in which such pixels would be: more than any block has. */
const ROWS = 64;

/**
 * A JPEG to be decoded. One that lacks nothing but its end marker is given one; throws Unreadable when pixels are missing
 * too. libjpeg then only warns, and libvips does not hear of warnings about the last rows: those must not depend on what
 * follows.
 */
export async function decodable(bytes: Uint8Array): Promise<Sharp> {
  if (hasEnd(bytes)) return sharp(bytes, { failOn: "error", limitInputPixels: false });
  const image = () => sharp(Buffer.concat([bytes, END]), { failOn: "warning", limitInputPixels: false });
  const longer = sharp(Buffer.concat([bytes, MORE, END]), { failOn: "none", limitInputPixels: false });
  const { width, height } = await blamed(image().metadata());
  const rows = Math.min(height, ROWS);
  const bottom = (of: Sharp) =>
    blamed(
      of
        .extract({ left: 0, top: height - rows, width, height: rows })
        .raw()
        .toBuffer(),
    );
  if (!(await bottom(image())).equals(await bottom(longer))) throw new Unreadable("the last pixels are missing");
  return image();
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
