import type { S3Call } from "./call.ts";

/** Resources as logs name them, by the query parameter that makes a request one about them. */
const OF_BUCKET: Record<string, string> = {
  acl: "ACL",
  cors: "CORS",
  delete: "MULTI_OBJECT_DELETE",
  lifecycle: "LIFECYCLE",
  location: "LOCATION",
  logging: "LOGGING_STATUS",
  notification: "NOTIFICATION",
  ownershipControls: "OWNERSHIP_CONTROLS",
  policy: "BUCKETPOLICY",
  publicAccessBlock: "PUBLIC_ACCESS_BLOCK",
  uploads: "UPLOADS",
  versioning: "VERSIONING",
  website: "WEBSITE",
};
const OF_OBJECT: Record<string, string> = { tagging: "OBJECT_TAGGING", uploads: "UPLOADS" };

type Asked = Pick<S3Call, "method" | "query" | "headers"> & { rawKey: string };

/**
 * What a request does, as access logs say it: `REST.GET.OBJECT` (S3 user guide, "Amazon S3 server access log format").
 */
export function operationName({ method, query, headers, rawKey }: Asked): string {
  if (method === "OPTIONS") return "REST.OPTIONS.PREFLIGHT";
  const named = Object.keys(query);
  if (rawKey === "") return `REST.${method}.${resource(OF_BUCKET, named) ?? "BUCKET"}`;
  if (named.includes("uploadId")) return `REST.${method}.${method === "PUT" ? "PART" : "UPLOAD"}`;
  const found = resource(OF_OBJECT, named);
  if (!found && method === "PUT" && "x-amz-copy-source" in headers) return "REST.COPY.OBJECT";
  return `REST.${method}.${found ?? "OBJECT"}`;
}

const resource = (names: Record<string, string>, asked: string[]) =>
  asked.map((name) => names[name]).find((name) => name !== undefined);
