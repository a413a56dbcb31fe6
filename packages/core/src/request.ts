export * as Request from "./request.ts";

import { createHash } from "node:crypto";
import * as v from "valibot";
import { IdempotencyMismatch } from "./errors.ts";
import { type Source, system } from "./ids.ts";
import { IDEMPOTENCY_KEY_LENGTH, IDEMPOTENCY_MS } from "./limits.ts";
import { RequestEntity } from "./request.entity.ts";

/** What a client sends as `Idempotency-Key`: printable ASCII. */
export const Key = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(IDEMPOTENCY_KEY_LENGTH),
  v.regex(/^[\x21-\x7e]+$/, "must be printable ASCII without blanks"),
);

/** One create that may come again: who asks, under which key, for what. */
export interface Repeatable {
  userId: string;
  key: string | undefined;
  /** `uploads.create` and so on. */
  operation: string;
  input: unknown;
}

/**
 * What the same create made before; undefined when it is new or has no key. `IdempotencyMismatch` for another input.
 */
export async function madeBefore(request: Repeatable, source: Source = system): Promise<string | undefined> {
  if (request.key === undefined) return undefined;
  const { data } = await RequestEntity.get({ userId: request.userId, key: request.key }).go({ consistent: true });
  if (!data || data.expires * 1000 <= source.now()) return undefined;
  if (data.fingerprint !== fingerprint(request)) throw IdempotencyMismatch();
  return data.resultId;
}

/** The row to write in the transaction that makes `resultId`; the transaction fails when another was first. */
export function record(request: Repeatable & { key: string }, resultId: string, source: Source = system) {
  const { userId, key } = request;
  const seconds = Math.ceil((source.now() + IDEMPOTENCY_MS) / 1000);
  return { userId, key, fingerprint: fingerprint(request), resultId, expires: seconds };
}

const fingerprint = ({ operation, input }: Repeatable) =>
  createHash("sha256")
    .update(`${operation}\0${JSON.stringify(input)}`)
    .digest("base64url");
