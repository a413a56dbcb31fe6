import { first } from "../../gate/query.ts";
import { authorizeList } from "../authorize.ts";
import type { Operation, Request, S3 } from "../context.ts";
import { invalidArgument } from "../errors.ts";
import { keyEncoder, listPage, type Page, parseLimit } from "../listing.ts";
import { ownerOf } from "../owner.ts";
import { isoSeconds, sendXml } from "../respond.ts";
import type { Content } from "../xml.ts";

export const listObjectsV2: Operation = (s3, request) => {
  const { query, response } = request;
  const type = first(query, "list-type") ?? "";
  if (type !== "2") throw invalidArgument("Invalid List Type specified in Request", "list-type", type);
  const token = first(query, "continuation-token");
  const startAfter = first(query, "start-after");
  const after = token === undefined ? (startAfter ?? "") : fromToken(token);
  const { page, common, encode } = read(s3, request, after, first(query, "fetch-owner") === "true");
  sendXml(response, 200, "ListBucketResult", {
    ...common,
    KeyCount: page.entries.length,
    ContinuationToken: token,
    NextContinuationToken: page.next === undefined ? undefined : toToken(page.next),
    StartAfter: startAfter === undefined ? undefined : encode(startAfter),
  });
};

export const listObjects: Operation = (s3, request) => {
  const { query, response } = request;
  const marker = first(query, "marker") ?? "";
  const { page, common, encode } = read(s3, request, marker, true);
  // S3 names the next marker only where common prefixes make it more than the last key.
  const nextMarker = page.next !== undefined && first(query, "delimiter") ? encode(page.next) : undefined;
  sendXml(response, 200, "ListBucketResult", { ...common, Marker: encode(marker), NextMarker: nextMarker });
};

function read(s3: S3, request: Request, after: string, owner: boolean) {
  const { query, bucket } = request;
  authorizeList(s3, request);
  const prefix = first(query, "prefix") ?? "";
  const delimiter = first(query, "delimiter") ?? "";
  const limit = parseLimit(query, "max-keys");
  const encode = keyEncoder(query);
  const page: Page =
    limit === 0 ? { entries: [] } : listPage(s3.objects, bucket.name, { prefix, delimiter, after, limit });
  const common: { [name: string]: Content | Content[] } = {
    Name: bucket.name,
    Prefix: encode(prefix),
    Delimiter: delimiter ? encode(delimiter) : undefined,
    MaxKeys: limit,
    EncodingType: first(query, "encoding-type") || undefined,
    IsTruncated: page.next !== undefined,
    Contents: page.entries.flatMap((entry) => {
      if (!("object" in entry)) return [];
      const { key, bytes, etag, modifiedMs, checksum } = entry.object;
      return {
        Key: encode(key),
        LastModified: isoSeconds(modifiedMs),
        ETag: `"${etag}"`,
        ChecksumAlgorithm: checksum?.algorithm,
        ChecksumType: checksum?.type,
        Size: bytes,
        Owner: owner ? ownerOf(s3.world) : undefined,
        StorageClass: "STANDARD",
      };
    }),
    CommonPrefixes: page.entries.flatMap((entry) => ("prefix" in entry ? { Prefix: encode(entry.prefix) } : [])),
  };
  return { page, common, encode };
}

const toToken = (last: string) => Buffer.from(JSON.stringify({ last })).toString("base64url");

function fromToken(token: string): string {
  try {
    const { last } = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
    if (typeof last === "string") return last;
  } catch {
    // Not one of ours: refused below.
  }
  throw invalidArgument("The continuation token provided is incorrect", "continuation-token", token);
}
