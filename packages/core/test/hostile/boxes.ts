/** Finds and changes boxes of ISO base media files, and makes them. */

export const box = (type: string, ...content: Uint8Array[]): Buffer => {
  const body = Buffer.concat(content);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, body]);
};

export const words = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, 4 * index);
  return bytes;
};

/** Where the content of each box of a type begins. */
export function places(file: Buffer, type: string): number[] {
  const found: number[] = [];
  for (let at = file.indexOf(type, 0, "latin1"); at >= 0; at = file.indexOf(type, at + 4, "latin1")) found.push(at + 4);
  return found;
}

/** The same file with 32-bit numbers of boxes changed: `at` counts from the content of every box of the type. */
export function patched(file: Buffer, type: string, at: number, value: number | ((was: number) => number)): Buffer {
  const out = Buffer.from(file);
  for (const place of places(out, type)) {
    const was = out.readUInt32BE(place + at);
    out.writeUInt32BE((typeof value === "number" ? value : value(was)) >>> 0, place + at);
  }
  return out;
}

/**
 * The same file, whose index is at its end, with a box put in place of every other one of its type, all around it
 * grown.
 */
export function replaced(file: Buffer, path: string[], content: Buffer): Buffer {
  const type = path.at(-1)!;
  let out = Buffer.from(file);
  for (const place of places(out, type).toReversed()) {
    const start = place - 8;
    const size = out.readUInt32BE(start);
    const made = box(type, content);
    for (const parent of path.slice(0, -1)) {
      const around = places(out, parent).findLast((one) => one <= start)! - 8;
      out.writeUInt32BE(out.readUInt32BE(around) + made.length - size, around);
    }
    out = Buffer.concat([out.subarray(0, start), made, out.subarray(start + size)]);
  }
  return out;
}
