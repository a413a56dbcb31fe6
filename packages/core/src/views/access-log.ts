export * as AccessLog from "./access-log.ts";

import * as v from "valibot";
import { Keys } from "../keys.ts";
import type { Counted } from "./tally.ts";

/**
 * What CloudFront writes of each request, by its names. Nothing that tells who asked: no address, no agent, no cookie,
 * no query string.
 */
export const FIELDS = [
  "date",
  "time",
  "cs-method",
  "cs-uri-stem",
  "sc-status",
  "sc-bytes",
  "sc-content-type",
  "sc-range-start",
  "sc-range-end",
  "time-taken",
  "x-edge-result-type",
  "cs(Referer)",
  "c-country",
  "asn",
] as const;

/** Nothing counts for files that are not there, or may not be seen. */
export const COUNTED = { methods: ["GET", "HEAD"], statuses: ["200", "206", "304"] };
/** An answer with something to watch in it. */
export const WATCHED = { methods: ["GET"], statuses: ["200", "206"] };

/** Values come as text, `-` for none (AWS: Configure standard logging, examples). */
const Value = v.pipe(v.union([v.string(), v.number()]), v.transform(String));

const Record = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    date: v.pipe(Value, v.isoDate()),
    "cs-method": Value,
    "cs-uri-stem": Value,
    "sc-status": Value,
    "sc-bytes": v.pipe(Value, v.digits(), v.transform(Number), v.safeInteger()),
    "sc-range-start": Value,
    "sc-range-end": Value,
  }),
);
type Record = v.InferOutput<typeof Record>;

/** What one line of a log adds to the views; nothing for requests that are not counted, undefined for no such line. */
export function read(line: string): Counted | "nothing" | undefined {
  const parsed = v.safeParse(Record, line);
  if (!parsed.success) return undefined;
  const { date: day, "cs-method": method, "cs-uri-stem": stem, "sc-status": status, "sc-bytes": bytes } = parsed.output;
  const among = ({ methods, statuses }: typeof COUNTED) => methods.includes(method) && statuses.includes(status);
  if (!among(COUNTED)) return "nothing";
  // Other spellings of a path are not looked at.
  const found = Keys.parsePublished(stem.slice(1));
  if (!found) return "nothing";
  const { eventId, uploadId, mediaId, file } = found;
  const view = among(WATCHED) && begins(parsed.output) ? 1 : 0;
  const place = { eventId, uploadId, mediaId, day };
  if (file === "preview") return { ...place, plays: 0, opens: 0, bytes: 0, previewBytes: bytes };
  return { ...place, plays: file === "play" ? view : 0, opens: file === "open" ? view : 0, bytes, previewBytes: 0 };
}

/**
 * Whether the answer holds the file's beginning. Some players first ask for two bytes, to see whether ranges are
 * answered, and then begin: that is one play.
 */
const begins = ({ "sc-range-start": start, "sc-range-end": end }: Record) =>
  start === "-" || start === "" || (start === "0" && end !== "1");
