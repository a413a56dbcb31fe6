import { first } from "../gate/query.ts";
import { AwsError } from "../world.ts";
import type { S3Call } from "./call.ts";
import { objectArn, type Request, type S3 } from "./context.ts";
import { existingTags, requestTags, type Tags } from "./tags.ts";

type ConditionValues = Record<string, string | string[]>;

/** Asks whether the caller may do `s3:{action}` on the object, or on the bucket when the request names no key. */
export function authorize(s3: S3, request: Request, action: string, context: ConditionValues = {}) {
  const resource = request.key === "" ? request.bucket.arn : objectArn(request.bucket, request.key);
  authorizeResource(s3, request, action, resource, context);
}

/** Asks for the right to write the object, and where tags come with it for the right to set them. */
export function authorizeWrite(s3: S3, request: Request, tags?: Tags, context: ConditionValues = {}) {
  const all = { ...requestTags(tags), ...context };
  authorize(s3, request, "PutObject", { ...fromHeaders(request, WRITE_HEADERS), ...all });
  if (tags) authorize(s3, request, "PutObjectTagging", all);
}

/** Asks for the right to remove an object; one that shall have a certain ETag can be told apart. */
export function authorizeDelete(s3: S3, request: Request) {
  authorize(s3, request, "DeleteObject", fromHeaders(request, ["if-match"]));
}

/** Asks for the right to list the bucket, as far as the request asks for it. */
export function authorizeList(s3: S3, request: Request) {
  authorize(
    s3,
    request,
    "ListBucket",
    present((name) => first(request.query, name), ["prefix", "delimiter", "max-keys"]),
  );
}

export function authorizeResource(
  { world }: S3,
  call: S3Call,
  action: string,
  resource: string,
  context: ConditionValues = {},
  options: { probe?: boolean } = {},
) {
  const all = { ...requestContext(world.clock.now(), call), ...context };
  try {
    world.authorize(call.principal, `s3:${action}`, resource, all, options);
  } catch (error) {
    if (!(error instanceof AwsError) || !/^AccessDenied/.test(error.code)) throw error;
    throw new AwsError("AccessDenied", error.message, 403, error.details);
  }
}

/** Headers of a write that policies can look at; keys of S3's are named like them. */
const WRITE_HEADERS = [
  "x-amz-acl",
  "x-amz-storage-class",
  "x-amz-server-side-encryption",
  "x-amz-copy-source",
  "x-amz-metadata-directive",
  "if-match",
  "if-none-match",
];

const fromHeaders = ({ headers }: Request, names: string[]) => present((name) => headers[name], names);

function present(value: (name: string) => string | undefined, names: string[]): ConditionValues {
  return Object.fromEntries(
    names.flatMap((name) => {
      const found = value(name);
      return found === undefined ? [] : [[`s3:${name}`, found]];
    }),
  );
}

const VERSION = { "s3:signatureversion": "AWS4-HMAC-SHA256" };

/** Age of a signed URL or form, in milliseconds: for a signature in a header S3 has none. */
const age = (nowMs: number, signedMs: number) => ({ "s3:signatureAge": String(Math.max(0, nowMs - signedMs)) });

/** Condition keys of a browser's form, and of the signature over its policy when there is one. */
export const formContext = (nowMs: number, signedMs: number | undefined): ConditionValues => ({
  "s3:authType": "POST",
  ...(signedMs === undefined ? {} : { ...VERSION, ...age(nowMs, signedMs) }),
});

/**
 * Condition keys that a request for any action has. Loopback HTTP counts as secure transport: it never leaves the
 * machine.
 */
function requestContext(nowMs: number, { signature, headers, payloadHash, request }: S3Call) {
  const context: ConditionValues = {
    "aws:SecureTransport": "true",
    "aws:SourceIp": request.socket.remoteAddress ?? "127.0.0.1",
  };
  if (signature) {
    const inUrl = signature.form === "query";
    const authType = { "s3:authType": inUrl ? "REST-QUERY-STRING" : "REST-HEADER" };
    Object.assign(context, VERSION, authType, inUrl ? age(nowMs, signature.timeMs) : {});
  }
  const known = {
    "aws:UserAgent": headers["user-agent"],
    "aws:Referer": headers.referer,
    "s3:x-amz-content-sha256": payloadHash,
  };
  for (const [name, value] of Object.entries(known)) if (value !== undefined) context[name] = value;
  return context;
}

/**
 * Whether the caller may list the bucket: without that right they do not learn that a key is missing. A function
 * that then reads 403 instead of 404 should be told why; the edge is not meant to list, and asks for what is not there
 * all day.
 */
export const mayList = (s3: S3, request: Request) =>
  allowed(() => {
    const probe = request.principal.kind === "service";
    authorizeResource(s3, request, "ListBucket", request.bucket.arn, {}, { probe });
  });

/** Whether the caller may read the object's tags; without that right the caller does not learn how many there are. */
export const mayReadTags = (s3: S3, request: Request, tags: Tags) =>
  allowed(() => {
    const resource = objectArn(request.bucket, request.key);
    authorizeResource(s3, request, "GetObjectTagging", resource, existingTags(tags), { probe: true });
  });

function allowed(ask: () => void): boolean {
  try {
    ask();
    return true;
  } catch (error) {
    if (error instanceof AwsError && error.code === "AccessDenied") return false;
    throw error;
  }
}
