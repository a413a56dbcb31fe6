export * as Request from "./request.ts";

import { createHash } from "node:crypto";
import type { Entity, TransactWriteEntity } from "electrodb";
import * as v from "valibot";
import { IdempotencyMismatch } from "../errors.ts";
import { type Source, system } from "../ids.ts";
import { IDEMPOTENCY_KEY_LENGTH, IDEMPOTENCY_MS } from "../limits.ts";
import { RequestEntity } from "./request.entity.ts";
import { again, conflictFree } from "./transaction.ts";

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

/** The entity as a transaction hands it over. */
type InTransaction =
  typeof RequestEntity extends Entity<infer A, infer F, infer C, infer S> ? TransactWriteEntity<A, F, C, S> : never;

/**
 * What the transaction that makes `resultId` writes to remember the request; it fails when the same one was first.
 * Nothing for a request without a key.
 */
export function note(entity: InTransaction, request: Repeatable, resultId: string, source: Source) {
  const { userId, key } = request;
  if (key === undefined) return [];
  const expires = Math.ceil((source.now() + IDEMPOTENCY_MS) / 1000);
  const isFirst = entity
    .put({ userId, key, fingerprint: fingerprint(request), resultId, expires })
    .where((row, { notExists, lt }) => `${notExists(row.expires)} OR ${lt(row.expires, source.now() / 1000)}`);
  return [isFirst.commit()];
}

/** How a create ends. */
interface Ends<T> {
  /** What was made. */
  made: T;
  /** What the same create made before, by its id. */
  found(id: string): Promise<T>;
  /** Why the transaction was cancelled, where the domain knows: throws, or returns what there is instead. */
  refused?(canceled: boolean[]): Promise<T | undefined> | T | undefined;
}

/**
 * Runs the transaction of a create until it has ended: by what it made, by what the same create made a moment before,
 * or as the domain refuses it. `refused` is told per write whether its condition was what failed.
 */
export function commit<T>(
  request: Repeatable,
  write: { go(): Promise<{ canceled: boolean; data: { code?: string }[] }> },
  { made, found, refused }: Ends<T>,
  source: Source,
): Promise<T> {
  return conflictFree(async () => {
    const result = await write.go();
    if (!result.canceled) return made;
    // The same create was under way twice, and the other one was first.
    const first = await madeBefore(request, source);
    if (first !== undefined) return found(first);
    const instead = await refused?.(result.data.map(({ code }) => code === "ConditionalCheckFailed"));
    return instead ?? again(result);
  });
}

const fingerprint = ({ operation, input }: Repeatable) =>
  createHash("sha256")
    .update(`${operation}\0${JSON.stringify(input)}`)
    .digest("base64url");
