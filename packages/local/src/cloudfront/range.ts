/** A half-open span of bytes. */
export interface Span {
  start: number;
  end: number;
}

/** A range as asked for, before the size is known. */
export type RangeSpec = { first: number; last?: number } | { suffix: number };

/**
 * Reads a Range header. Undefined means "the whole object": no header, another unit, a malformed one, or several
 * ranges, for which S3 as an origin sends the whole object.
 */
export function parseRange(header: string | undefined): RangeSpec | undefined {
  const match = /^bytes\s*=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*$/i.exec(header ?? "");
  if (!match) return undefined;
  const [, first = "", last = ""] = match;
  if (first === "") return last === "" ? undefined : { suffix: Number(last) };
  if (last === "") return { first: Number(first) };
  return Number(last) < Number(first) ? undefined : { first: Number(first), last: Number(last) };
}

/** The bytes of an object of `total` bytes a range names; undefined when it names none (416). */
export function resolveRange(range: RangeSpec, total: number): Span | undefined {
  if ("suffix" in range) {
    if (range.suffix === 0 || total === 0) return undefined;
    return { start: Math.max(0, total - range.suffix), end: total };
  }
  if (range.first >= total) return undefined;
  return { start: range.first, end: Math.min(range.last === undefined ? total : range.last + 1, total) };
}

/** Content-Range of a 206: the bytes it carries and the size of the whole; undefined when either is not given. */
export function parseContentRange(header: string | undefined): (Span & { total: number }) | undefined {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(header ?? "");
  if (!match) return undefined;
  const [start, last, total] = match.slice(1).map(Number) as [number, number, number];
  return start <= last && last < total ? { start, end: last + 1, total } : undefined;
}
