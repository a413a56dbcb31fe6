import { createHash } from "node:crypto";
import { type ErrorKind, NotJson, PublicError } from "@dropclip/core/errors";
import type { Context, Hono } from "hono";
import type { LambdaContext } from "hono/aws-lambda";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { logger } from "../log.ts";

/** The one place where kinds of errors become statuses. */
const STATUS: Record<ErrorKind, ContentfulStatusCode> = {
  invalid: 400,
  not_found: 404,
  conflict: 409,
  gone: 410,
  too_large: 413,
  unsupported: 415,
  unprocessable: 422,
  too_many: 429,
};

/** The request's JSON object. `any`, since each verb parses it by its own schema; `NotJson` when it is none. */
export async function body(c: Context): Promise<any> {
  const parsed: unknown = await c.req.json().catch(() => undefined);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) throw NotJson();
  return parsed;
}

/** JSON with an ETag; 304 when the client has just that. */
export function respond(c: Context, data: unknown, status: ContentfulStatusCode = 200) {
  const text = JSON.stringify(data);
  const etag = `"${createHash("sha256").update(text).digest("base64url").slice(0, 22)}"`;
  c.header("ETag", etag);
  c.header("Cache-Control", "no-store");
  if (c.req.method === "GET" && c.req.header("if-none-match") === etag) return c.body(null, 304);
  return c.body(text, status, { "content-type": "application/json" });
}

/** Answers errors in the one shape: `code`, `message`, `details`, `requestId`. What is not for users is logged instead. */
export function answerErrors(app: Hono) {
  const requestId = (c: Context) => (c.env as { lambdaContext?: LambdaContext }).lambdaContext?.awsRequestId ?? "";
  const fail = (c: Context, status: ContentfulStatusCode, code: string, message: string, details = {}) =>
    c.json({ code, message, details, requestId: requestId(c) }, status);
  app.notFound((c) => fail(c, 404, "route.not_found", "There is no such route."));
  app.onError((error, c) => {
    if (error instanceof PublicError) return fail(c, STATUS[error.kind], error.code, error.message, error.details);
    logger.error("unexpected", { error, requestId: requestId(c), path: c.req.path });
    return fail(c, 500, "internal", "Something went wrong on our side. Please try again.");
  });
  return app;
}
