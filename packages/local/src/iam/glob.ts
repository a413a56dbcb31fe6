/** Any run of characters, also none. */
export const ANY = 0;
/** Exactly one character. */
export const ONE = 1;

/** A piece of a pattern: text as it stands, `ANY` or `ONE`. */
export type Piece = string | typeof ANY | typeof ONE;

/**
 * Whether the pieces cover the whole text, case-sensitive. Goes back to the last `ANY` only, which suffices for globs
 * and keeps the work within the product of both lengths however hostile the text is (no regular expression does).
 */
export function glob(pieces: readonly Piece[], text: string): boolean {
  let at = 0;
  let next = 0;
  let afterAny = -1;
  let anyEnd = 0;
  for (;;) {
    const piece = pieces[next];
    if (piece === ANY) {
      if (++next === pieces.length) return true;
      afterAny = next;
      anyEnd = at;
    } else if (piece === undefined && at === text.length) {
      return true;
    } else if (piece === ONE && at < text.length) {
      at += width(text, at);
      next++;
    } else if (typeof piece === "string" && text.startsWith(piece, at)) {
      at += piece.length;
      next++;
    } else {
      if (afterAny < 0 || anyEnd >= text.length) return false;
      anyEnd += width(text, anyEnd);
      at = anyEnd;
      next = afterAny;
    }
  }
}

/** Code units of the character there: one outside the basic plane is still one character to `?`. */
const width = (text: string, at: number) => ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
