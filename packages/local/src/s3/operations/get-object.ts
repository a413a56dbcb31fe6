import { closeSync, createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { first } from "../../gate/query.ts";
import { AwsError } from "../../world.ts";
import { authorize, mayList, mayReadTags } from "../authorize.ts";
import { checksumHeaders } from "../checksums.ts";
import { type ByteRange, checkRead, etagMatches, parseRange, readConditions } from "../conditions.ts";
import type { Operation, Request, S3 } from "../context.ts";
import { objectHeaders } from "../described.ts";
import { noSuchKey, notImplemented } from "../errors.ts";
import { expirationHeader } from "../lifecycle.ts";
import type { StoredObject } from "../objects.ts";
import { existingTags } from "../tags.ts";

/** Query parameters by which a signer replaces headers of the answer. */
const OVERRIDES = [
  "content-type",
  "content-language",
  "expires",
  "cache-control",
  "content-disposition",
  "content-encoding",
];

export const getObject: Operation = async (s3, request) => {
  const found = prepare(s3, request);
  if (!found) return;
  const { object, status, range, headers } = found;
  // Opened in the turn that read the row: a replaced object's file may be unlinked in the next.
  const descriptor = s3.bodies.open(object.bodyId);
  request.response.writeHead(status, headers);
  if (object.bytes === 0) {
    closeSync(descriptor);
    request.response.end();
    return;
  }
  const body = createReadStream("", { fd: descriptor, start: 0, ...range, highWaterMark: 256 * 1024 });
  try {
    await pipeline(body, request.response);
  } catch (error) {
    // A client that has gone away is no fault of ours.
    if ((error as NodeJS.ErrnoException).code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
  }
};

export const headObject: Operation = (s3, request) => {
  const found = prepare(s3, request);
  if (!found) return;
  request.response.writeHead(found.status, found.headers);
  request.response.end();
};

/** Finds the object and the head of the answer; undefined when a 304 has been answered. */
function prepare(
  s3: S3,
  request: Request,
): { object: StoredObject; status: number; range?: ByteRange; headers: Record<string, string | number> } | undefined {
  const { query, bucket, key, headers, response } = request;
  if ("partNumber" in query) throw notImplemented("partNumber");
  const object = existing(s3, request, "GetObject");
  const conditions = readConditions(headers);
  const fixed = { ...objectHeaders(object), ...expirationHeader(bucket, key, object.modifiedMs) };
  if (checkRead(conditions, object) === 304) {
    const { "content-type": _type, ...cacheable } = fixed;
    response.writeHead(304, cacheable);
    response.end();
    return undefined;
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

/** The object, for a caller who may have it. Throws AccessDenied where it is missing and the caller may not list. */
export function existing(
  s3: S3,
  request: Request,
  action: string,
  context: Record<string, string | string[]> = {},
): StoredObject {
  const object = s3.objects.find(request.bucket.name, request.key);
  authorize(s3, request, action, { ...existingTags(object?.tags), ...context });
  if (object) return object;
  if (!mayList(s3, request)) throw new AwsError("AccessDenied", "Access Denied", 403);
  throw noSuchKey(request.key);
}

function overrides({ query, principal }: Request): Record<string, string> {
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
