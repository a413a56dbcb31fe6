export * as Rendition from "./rendition.ts";

/** One of the files that a rendition is cut into. */
export interface Piece {
  key: string;
  bytes: number;
}

/**
 * Reads a rendition as if it were one file: its header and segments one after the other. Pieces are fetched whole, the
 * next one ahead, and no more than three are kept: whoever reads goes forward.
 */
export function reader(pieces: Piece[], fetch: (key: string) => Promise<Uint8Array>) {
  const ends: number[] = [];
  for (const { bytes } of pieces) ends.push((ends.at(-1) ?? 0) + bytes);
  const kept = new Map<number, Promise<Uint8Array>>();

  const piece = (index: number): Promise<Uint8Array> => {
    const known = kept.get(index);
    if (known) return known;
    const { key, bytes } = pieces[index]!;
    const begun = fetch(key).then((found) => {
      if (found.length !== bytes) throw new Error(`${key} has ${found.length} bytes where ${bytes} were listed.`);
      return found;
    });
    // Whoever waits for it is told; one that was fetched ahead may never be asked for.
    begun.catch(() => {});
    kept.set(index, begun);
    return begun;
  };

  async function read(start: number, end: number): Promise<Uint8Array> {
    const first = ends.findIndex((until) => start < until);
    const parts: Uint8Array[] = [];
    for (let index = first, at = start; at < end; index++) {
      for (const old of kept.keys()) if (old < index - 1 || old > index + 1) kept.delete(old);
      const from = index === 0 ? 0 : ends[index - 1]!;
      const bytes = await piece(index);
      if (index + 1 < pieces.length) piece(index + 1);
      parts.push(bytes.subarray(at - from, end - from));
      at = ends[index]!;
    }
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  }
  return { bytes: ends.at(-1) ?? 0, read };
}
export type Reader = ReturnType<typeof reader>;
