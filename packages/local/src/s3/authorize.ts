import { first } from "../gate/query.ts";
import { AwsError } from "../world.ts";
import type { S3Call } from "./call.ts";
import { objectArn, type Request, type S3 } from "./context.ts";
import { existingTags, requestTags, type Tags } from "./tags.ts";

type Context = Record<string, string | string[]>;

/** Asks whether the caller may do `s3:{action}` on the object, or on the bucket when the request names no key. */
export function authorize(s3: S3, request: Request, action: string, context: Context = {}) {
  const resource = request.key === "" ? request.bucket.arn : objectArn(request.bucket, request.key);
  authorizeResource(s3, request, action, resource, context);
}

/** Asks for the right to write the object, and where tags come with it for the right to set them. */
export function authorizeWrite(s3: S3, request: Request, tags: Tags | undefined, context: Context = {}) {
  const all = { ...requestTags(tags), ...context };
  authorize(s3, request, "PutObject", all);
  if (tags) authorize(s3, request, "PutObjectTagging", all);
}

export function authorizeResource(
  { world }: S3,
  call: S3Call,
  action: string,
  resource: string,
  context: Context = {},
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

/** Condition keys of a signature. Its age in milliseconds counts in signed URLs and forms: one in a header is never old. */
export const signatureContext = (nowMs: number, signedMs: number) => ({
  "s3:signatureversion": "AWS4-HMAC-SHA256",
  "s3:signatureAge": String(Math.max(0, nowMs - signedMs)),
});

/** Condition keys of the request. Loopback HTTP counts as secure transport: it never leaves the machine. */
function requestContext(nowMs: number, { signature, headers, payloadHash, query, request }: S3Call) {
  const context: Context = {
    "aws:SecureTransport": "true",
    "aws:SourceIp": request.socket.remoteAddress ?? "127.0.0.1",
  };
  if (signature) {
    context["s3:authType"] = signature.form === "query" ? "REST-QUERY-STRING" : "REST-HEADER";
    Object.assign(context, signatureContext(nowMs, signature.timeMs));
  }
  const known = {
    "aws:UserAgent": headers["user-agent"],
    "aws:Referer": headers.referer,
    "s3:x-amz-content-sha256": payloadHash,
    "s3:x-amz-acl": headers["x-amz-acl"],
    "s3:x-amz-storage-class": headers["x-amz-storage-class"],
    "s3:x-amz-server-side-encryption": headers["x-amz-server-side-encryption"],
    "s3:x-amz-copy-source": headers["x-amz-copy-source"],
    "s3:x-amz-metadata-directive": headers["x-amz-metadata-directive"],
    "s3:if-match": headers["if-match"],
    "s3:if-none-match": headers["if-none-match"],
    "s3:prefix": first(query, "prefix"),
    "s3:delimiter": first(query, "delimiter"),
    "s3:max-keys": first(query, "max-keys"),
  };
  for (const [name, value] of Object.entries(known)) if (value !== undefined) context[name] = value;
  return context;
}

/** Whether the caller may list the bucket: one who may not does not learn that a key is missing. */
export const mayList = (s3: S3, request: Request) =>
  allowed(() => authorizeResource(s3, request, "ListBucket", request.bucket.arn));

/** Whether the caller may read the object's tags, without which it does not learn how many there are. */
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
