import { createHash } from "node:crypto";
import { type ErrorKind, NotJson, NotSentAsJson, PublicError, RequestTooLarge } from "@dropclip/core/errors";
import { REQUEST_BYTES } from "@dropclip/core/limits";
import type { Context, Hono } from "hono";
import type { LambdaContext } from "hono/aws-lambda";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { logger } from "../log.ts";

/** The one place where kinds of errors become statuses. */
export const STATUS: Record<ErrorKind, ContentfulStatusCode> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  gone: 410,
  precondition: 412,
  too_large: 413,
  unsupported: 415,
  unprocessable: 422,
  too_many: 429,
};

/**
 * The request's JSON object. `any`, since each verb parses it by its own schema. `NotSentAsJson`, `RequestTooLarge`,
 * `NotJson`.
 */
export async function body(c: Context): Promise<any> {
  const type = c.req.header("content-type") ?? "";
  const charset = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(type)?.[1] ?? "utf-8";
  if (!/^application\/json\s*(;|$)/i.test(type) || !/^utf-?8$/i.test(charset)) throw NotSentAsJson();
  const text = await c.req.text();
  if (Buffer.byteLength(text) > REQUEST_BYTES) throw RequestTooLarge(Buffer.byteLength(text), REQUEST_BYTES);
  const parsed = parse(text);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) throw NotJson();
  return parsed;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw NotJson();
  }
}

/**
 * JSON with an ETag, the same as long as nothing changes; 304 when the client has just that. Where more is shown than
 * can be changed, `core` is what can: the ETag has a part for each, so that it serves If-None-Match and a later If-
 * Match.
 */
export function respond(c: Context, data: unknown, status: ContentfulStatusCode = 200, core?: unknown) {
  const etag = core === undefined ? `"${hash(data)}"` : `"${hash(core)}.${hash(data)}"`;
  c.header("ETag", etag);
  c.header("Cache-Control", "no-store");
  if (c.req.method === "GET" && names(c.req.header("if-none-match"), etag)) return c.body(null, 304);
  return c.body(JSON.stringify(data), status, { "content-type": "application/json" });
}

/** Whether a thing still is what the client has read: true without an If-Match. */
export function matches(c: Context): (data: unknown) => boolean {
  const wanted = c.req.header("if-match");
  return (data) => wanted === undefined || names(wanted.replace(/\.[\w-]+"/g, '"'), `"${hash(data)}"`);
}

const hash = (data: unknown) =>
  createHash("sha256").update(JSON.stringify(data, unsealed)).digest("base64url").slice(0, 22);

/**
 * A list's place is sealed differently each time, and follows from the last of its entries: only that there is one
 * counts.
 */
const unsealed = (name: string, value: unknown) => (name === "cursor" ? true : value);

/** A list of ETags, or `*`; a gateway that compresses makes them weak. */
const names = (header: string | undefined, etag: string) =>
  header?.split(",").some((one) => one.trim() === "*" || one.trim().replace(/^W\//, "") === etag) ?? false;

/**
 * Answers errors in the one shape: `code`, `message`, `details`, `requestId`. What is not for users is logged instead.
 */
export function answerErrors<App extends Hono<any>>(app: App): App {
  const requestId = (c: Context) => (c.env as { lambdaContext?: LambdaContext }).lambdaContext?.awsRequestId ?? "";
  const fail = (c: Context, status: ContentfulStatusCode, code: string, message: string, details = {}) =>
    c.json({ code, message, details, requestId: requestId(c) }, status);
  app.notFound((c) => fail(c, 404, "route.not_found", "There is no such route."));
  app.onError((error, c) => {
    if (error instanceof PublicError) {
      const { retryAfterSeconds } = error.details;
      if (retryAfterSeconds !== undefined) c.header("Retry-After", String(retryAfterSeconds));
      return fail(c, STATUS[error.kind], error.code, error.message, error.details);
    }
    logger.error("unexpected", { error, requestId: requestId(c), path: c.req.path });
    return fail(c, 500, "internal", "Something went wrong on our side. Please try again.");
  });
  return app;
}
