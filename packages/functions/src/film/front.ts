export * as Front from "./front.ts";

import { Boxes } from "./boxes.ts";

/** Bytes from the content of a full box to its first field. */
const FULL_BOX = 4;
const COUNT = 4;
const UINT32_MAX = 2 ** 32 - 1;

/**
 * Makes ready an index (`moov`) that was written behind the film to stand before it: what it tells of where the samples
 * are is moved by its own length. False where a place would not fit into 32 bits any more: nothing is changed then.
 */
export function advance(moov: Buffer): boolean {
  const tables = (type: string) => Boxes.along(moov, `moov trak mdia minf stbl ${type}`);
  const [narrow, wide] = [tables("stco"), tables("co64")];
  const by = moov.length;
  if (narrow.some((table) => places(moov, table, 4).some((at) => moov.readUInt32BE(at) > UINT32_MAX - by)))
    return false;
  for (const table of narrow)
    for (const at of places(moov, table, 4)) moov.writeUInt32BE(moov.readUInt32BE(at) + by, at);
  for (const table of wide)
    for (const at of places(moov, table, 8)) moov.writeBigUInt64BE(moov.readBigUInt64BE(at) + BigInt(by), at);
  return true;
}

/** When it was made is nobody's business, and the same film then is the same file. */
export function forgetTimes(moov: Buffer): void {
  // Made and changed: two times of 32 bits, of 64 in version 1.
  for (const path of ["moov mvhd", "moov trak tkhd", "moov trak mdia mdhd"])
    for (const { start } of Boxes.along(moov, path))
      moov.fill(0, start + FULL_BOX, start + FULL_BOX + (moov[start] === 1 ? 16 : 8));
}

function places(moov: Buffer, { start }: Boxes.Box, bytes: number): number[] {
  const count = moov.readUInt32BE(start + FULL_BOX);
  return Array.from({ length: count }, (_, index) => start + FULL_BOX + COUNT + index * bytes);
}
