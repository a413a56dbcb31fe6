import { AwsError } from "../world.ts";
import { preconditionFailed } from "./errors.ts";
import type { StoredObject } from "./objects.ts";

/** Whether a list of ETags, quoted or bare, or `*`, has this one. */
export const etagMatches = (given: string, etag: string) =>
  given.split(",").some(
    (one) =>
      one.trim() === "*" ||
      one
        .trim()
        .replace(/^W\//, "")
        .replace(/^"(.*)"$/, "$1") === etag,
  );

const seconds = (ms: number) => Math.floor(ms / 1000);

/** RFC 9110's preconditions as S3 reads them: `304` for a cache that is fresh, `412` thrown, undefined to go on. */
export function checkRead(headers: ReadConditions, { etag, modifiedMs }: StoredObject): 304 | undefined {
  const ifMatch = headers.ifMatch !== undefined ? etagMatches(headers.ifMatch, etag) : undefined;
  if (ifMatch === false) throw preconditionFailed("If-Match");
  const unmodified = parseDate(headers.ifUnmodifiedSince);
  if (ifMatch === undefined && unmodified !== undefined && seconds(modifiedMs) > seconds(unmodified))
    throw preconditionFailed("If-Unmodified-Since");
  if (headers.ifNoneMatch !== undefined) return etagMatches(headers.ifNoneMatch, etag) ? 304 : undefined;
  const modified = parseDate(headers.ifModifiedSince);
  return modified !== undefined && seconds(modifiedMs) <= seconds(modified) ? 304 : undefined;
}

export interface ReadConditions {
  ifMatch?: string;
  ifNoneMatch?: string;
  ifModifiedSince?: string;
  ifUnmodifiedSince?: string;
}

/** The conditions of a GET or HEAD, or with a prefix those on the source of a copy. */
export const readConditions = (headers: Record<string, string>, prefix = ""): ReadConditions => ({
  ifMatch: headers[`${prefix}if-match`],
  ifNoneMatch: headers[`${prefix}if-none-match`],
  ifModifiedSince: headers[`${prefix}if-modified-since`],
  ifUnmodifiedSince: headers[`${prefix}if-unmodified-since`],
});

/** Dates that cannot be read count as absent. */
function parseDate(text: string | undefined): number | undefined {
  const ms = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Inclusive byte positions. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * The one range of a Range header; undefined for none, several or a malformed one, which S3 answers with the whole.
 * Throws InvalidRange.
 */
export function parseRange(header: string | undefined, bytes: number): ByteRange | undefined {
  const parts = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "");
  if (!header || !parts || (parts[1] === "" && parts[2] === "")) return undefined;
  const first = parts[1] === "" ? Math.max(0, bytes - Number(parts[2])) : Number(parts[1]);
  const last = parts[1] === "" || parts[2] === "" ? bytes - 1 : Math.min(Number(parts[2]), bytes - 1);
  if (parts[1] !== "" && parts[2] !== "" && Number(parts[2]) < Number(parts[1])) return undefined;
  if (first >= bytes) {
    throw new AwsError("InvalidRange", "The requested range is not satisfiable", 416, {
      RangeRequested: header,
      ActualObjectSize: bytes,
    });
  }
  return { start: first, end: last };
}
