import { AwsError } from "../world.ts";
import { notImplemented } from "./errors.ts";
import type { Described, StoredObject, SystemHeaders } from "./objects.ts";

const MAX_METADATA_BYTES = 2 * 1024;
const META = "x-amz-meta-";

/** Headers that ask for what the local S3 does not have; S3 itself refuses ACLs on buckets whose owner is enforced. */
const REFUSED = [
  "x-amz-website-redirect-location",
  "x-amz-object-lock-mode",
  "x-amz-object-lock-retain-until-date",
  "x-amz-object-lock-legal-hold",
  "x-amz-server-side-encryption-customer-algorithm",
  "x-amz-copy-source-server-side-encryption-customer-algorithm",
  "x-amz-server-side-encryption-aws-kms-key-id",
  "x-amz-write-offset-bytes",
];

/** What a request says of the object it writes. Throws for what cannot be kept. */
export function describedBy(headers: Record<string, string>): Described {
  refuseHeaders(headers);
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) if (name.startsWith(META)) metadata[metadataName(name)] = value;
  const bytes = Object.entries(metadata).reduce(
    (sum, [name, value]) => sum + name.length + Buffer.byteLength(value),
    0,
  );
  if (bytes > MAX_METADATA_BYTES) {
    throw new AwsError("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size", 400, {
      Size: bytes,
      MaxSizeAllowed: MAX_METADATA_BYTES,
    });
  }
  const system: SystemHeaders = { "content-type": headers["content-type"] || "binary/octet-stream" };
  for (const name of ["cache-control", "content-disposition", "content-language", "expires"] as const)
    if (headers[name] !== undefined) system[name] = headers[name];
  const encoding = contentEncoding(headers["content-encoding"]);
  if (encoding) system["content-encoding"] = encoding;
  return { headers: system, metadata };
}

/** A form can send any name, but it must go out as a header again. */
function metadataName(header: string): string {
  if (/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(header) && header.length > META.length) return header.slice(META.length);
  throw new AwsError("InvalidArgument", "Metadata names must be header names.", 400, { ArgumentName: header });
}

/** `aws-chunked` is the transfer's, not the object's. */
function contentEncoding(header: string | undefined): string | undefined {
  const codings = (header ?? "").split(",").map((coding) => coding.trim());
  return codings.filter((coding) => coding && coding.toLowerCase() !== "aws-chunked").join(",") || undefined;
}

export function refuseHeaders(headers: Record<string, string>) {
  for (const name of REFUSED) if (headers[name] !== undefined) throw notImplemented(name);
  const acl = headers["x-amz-acl"];
  const grants = Object.keys(headers).some((name) => name.startsWith("x-amz-grant-"));
  if (grants || (acl !== undefined && acl !== "bucket-owner-full-control"))
    throw new AwsError("AccessControlListNotSupported", "The bucket does not allow ACLs", 400);
  const encryption = headers["x-amz-server-side-encryption"];
  if (encryption !== undefined && encryption !== "AES256")
    throw notImplemented(`x-amz-server-side-encryption: ${encryption}`);
  const storageClass = headers["x-amz-storage-class"];
  if (storageClass !== undefined && storageClass !== "STANDARD")
    throw notImplemented(`x-amz-storage-class: ${storageClass}`);
}

/** The headers under which an object is given back. */
export function objectHeaders({ headers, metadata, etag, modifiedMs }: StoredObject): Record<string, string> {
  const all: Record<string, string> = {
    etag: `"${etag}"`,
    "last-modified": new Date(modifiedMs).toUTCString(),
    "accept-ranges": "bytes",
    "x-amz-server-side-encryption": "AES256",
  };
  for (const [name, value] of Object.entries(headers)) all[name] = wire(value as string);
  for (const [name, value] of Object.entries(metadata)) all[`${META}${name}`] = wire(value);
  return all;
}

/** Text outside ASCII goes out as an RFC 2047 encoded word, as S3 does it. */
const wire = (value: string) =>
  /^[\t\x20-\x7e]*$/.test(value) ? value : `=?UTF-8?B?${Buffer.from(value).toString("base64")}?=`;
