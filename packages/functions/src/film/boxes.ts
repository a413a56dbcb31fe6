export * as Boxes from "./boxes.ts";

/** A box (ISO/IEC 14496-12): where its content begins and ends, in bytes of the file. */
export interface Box {
  type: string;
  start: number;
  end: number;
}

/** More sibling boxes than any real movie has. It bounds the work that a crafted file can cause. */
const BOXES_MAX = 1000;

/** Where a file's own boxes are. */
export const root = (file: Buffer): Box => ({ type: "", start: 0, end: file.length });

/** The boxes of a type inside another box. A box that is cut off, or has a false size, ends with its parent. */
export function inside(file: Buffer, { start, end }: Box, type: string): Box[] {
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

/** The boxes at the end of a path of types, `moov trak mdia`, in their order. */
export const along = (file: Buffer, path: string): Box[] =>
  path.split(" ").reduce((boxes, type) => boxes.flatMap((box) => inside(file, box, type)), [root(file)]);

/** Up to four characters. */
export const text = (file: Buffer, at: number, end: number) => file.toString("latin1", at, Math.min(at + 4, end));
