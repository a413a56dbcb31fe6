import { first } from "../../gate/query.ts";
import type { Operation } from "../context.ts";
import { listResult } from "../list-result.ts";
import { xml } from "../output.ts";

export const listObjects: Operation = (s3, request) => {
  const { query } = request;
  const marker = first(query, "marker") ?? "";
  const { page, common, encode } = listResult(s3, request, marker, true);
  // S3 names the next marker only where common prefixes make it more than the last key.
  const nextMarker = page.next !== undefined && first(query, "delimiter") ? encode(page.next) : undefined;
  return xml("ListBucketResult", { ...common, Marker: encode(marker), NextMarker: nextMarker });
};
