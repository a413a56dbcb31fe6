import { first } from "../gate/query.ts";
import type { Xml } from "../protocol/xml.ts";
import { authorizeList } from "./authorize.ts";
import type { Request, S3 } from "./context.ts";
import { keyEncoder, listPage, type Page, parseLimit } from "./listing.ts";
import { isoSeconds } from "./output.ts";
import { ownerOf } from "./owner.ts";

/** A page of keys behind `after`, with the elements that both versions of ListObjects answer. */
export function listResult(s3: S3, request: Request, after: string, owner: boolean) {
  const { query, bucket } = request;
  authorizeList(s3, request);
  const prefix = first(query, "prefix") ?? "";
  const delimiter = first(query, "delimiter") ?? "";
  const limit = parseLimit(query, "max-keys");
  const encode = keyEncoder(query);
  const page: Page =
    limit === 0 ? { entries: [] } : listPage(s3.objects, bucket.name, { prefix, delimiter, after, limit });
  const common: { [name: string]: Xml | Xml[] } = {
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
