import { first } from "../gate/query.ts";
import { AwsError } from "../world.ts";
import { mayReadTags } from "./authorize.ts";
import { checksumHeaders } from "./checksums.ts";
import { type ByteRange, checkRead, etagMatches, parseRange, readConditions } from "./conditions.ts";
import type { Request, S3 } from "./context.ts";
import { objectHeaders } from "./described.ts";
import { invalidArgument, notImplemented } from "./errors.ts";
import { existing } from "./existing.ts";
import { expirationHeader } from "./lifecycle.ts";
import type { StoredObject } from "./objects.ts";

/** Query parameters by which a signer replaces headers of the answer. */
const OVERRIDES = [
  "content-type",
  "content-language",
  "expires",
  "cache-control",
  "content-disposition",
  "content-encoding",
];

/** A read object, and the head of the answer. */
export interface Found {
  object: StoredObject;
  /** 304 where the client has it already. */
  status: 200 | 206 | 304;
  range?: ByteRange;
  headers: Record<string, string | number>;
}

/** Finds the object that a request reads. Throws NoSuchKey, AccessDenied, PreconditionFailed, InvalidRange. */
export function find(s3: S3, request: Request): Found {
  const { query, bucket, headers } = request;
  if ("partNumber" in query) throw notImplemented("partNumber");
  const object = existing(s3, request, "GetObject");
  const conditions = readConditions(headers);
  const fixed = { ...objectHeaders(object), ...expirationHeader(bucket, object) };
  if (checkRead(conditions, object) === 304) {
    const { "content-type": _type, ...cacheable } = fixed;
    return { object, status: 304, headers: cacheable };
  }
  const ifRange = headers["if-range"];
  const current =
    ifRange === undefined || etagMatches(ifRange, object.etag) || Date.parse(ifRange) >= object.modifiedMs - 999;
  const range = current ? parseRange(headers.range, object.bytes) : undefined;
  const all: Record<string, string | number> = { ...fixed, ...overrides(request) };
  // A checksum of the whole says nothing of a part.
  if (!range && headers["x-amz-checksum-mode"]?.toUpperCase() === "ENABLED")
    Object.assign(all, checksumHeaders(object.checksum));
  const { tags } = object;
  if (tags && mayReadTags(s3, request, tags)) all["x-amz-tagging-count"] = Object.keys(tags).length;
  all["content-length"] = range ? range.end - range.start + 1 : object.bytes;
  if (range) all["content-range"] = `bytes ${range.start}-${range.end}/${object.bytes}`;
  return { object, status: range ? 206 : 200, range, headers: all };
}

function overrides({ query, principal }: Request): Record<string, string> {
  const unknown = Object.keys(query).find((name) => name.startsWith("response-") && !OVERRIDES.includes(name.slice(9)));
  if (unknown !== undefined)
    throw invalidArgument(
      `${unknown} is not in the set of overridable response headers. Please refer to the S3 API documentation for a complete list of overridable response headers.`,
      unknown,
      first(query, unknown) ?? "",
    );
  const given = OVERRIDES.filter((name) => `response-${name}` in query);
  if (given.length && principal.kind === "anonymous") {
    throw new AwsError(
      "InvalidRequest",
      "Request specific response headers cannot be used for anonymous GET requests.",
      400,
    );
  }
  return Object.fromEntries(given.map((name) => [name, headerValue(name, first(query, `response-${name}`) ?? "")]));
}

function headerValue(name: string, value: string): string {
  if (/^[\t\x20-\x7e]*$/.test(value)) return value;
  throw new AwsError("InvalidArgument", "Header value cannot be represented using ISO-8859-1.", 400, {
    ArgumentName: `response-${name}`,
    ArgumentValue: value,
  });
}
