import { open } from "node:fs/promises";

/** More than the tables that come before the size in a JPEG file of ffmpeg's. */
const HEAD_BYTES = 64 * 1024;

/** Width and height in the frame header of a JPEG file (ITU-T T.81, B.2.2). Throws when it has none. */
export async function jpegSize(path: string): Promise<{ width: number; height: number }> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    for (let at = 2; at + 9 <= buffer.length && buffer[at] === 0xff; at += 2 + buffer.readUInt16BE(at + 2))
      if (isFrameHeader(buffer[at + 1]!))
        return { height: buffer.readUInt16BE(at + 5), width: buffer.readUInt16BE(at + 7) };
  } finally {
    await file.close();
  }
  throw new Error("the file has no JPEG frame header");
}

/** SOF0 to SOF15, less the three codes among them that mean something else. */
const isFrameHeader = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
