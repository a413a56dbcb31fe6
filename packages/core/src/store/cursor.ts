export * as Cursor from "./cursor.ts";

import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import * as v from "valibot";
import { config } from "../config.ts";
import { InvalidCursor } from "../errors.ts";
import { PAGE, PAGE_MAX } from "../limits.ts";

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Which page of a list is wanted, as every list takes it. */
export const Page = v.object({
  cursor: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(4096))),
  limit: v.optional(
    v.pipe(
      v.union([v.number(), v.pipe(v.string(), v.regex(/^\d{1,3}$/, "must be a whole number"), v.transform(Number))]),
      v.integer(),
      v.minValue(1),
      v.maxValue(PAGE_MAX),
    ),
    PAGE,
  ),
});
export type Page = v.InferOutput<typeof Page>;

/**
 * A place in a list as clients get it: sealed, so that it tells nothing of the database's keys, and bound to its list
 * (`purpose`: the route and whose list it is), so that it opens no other.
 */
export function seal(cursor: string | null, purpose: string): string | undefined {
  if (!cursor) return undefined;
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key(), iv).setAAD(Buffer.from(purpose));
  const sealed = Buffer.concat([cipher.update(cursor, "utf8"), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64url");
}

/** The place again; `InvalidCursor` for anything but what `seal` gave for the same purpose. */
export function open(text: string | undefined, purpose: string): string | null {
  if (text === undefined) return null;
  const bytes = Buffer.from(text, "base64url");
  // base64url is lenient; a cursor is good in exactly the form in which it was given.
  if (bytes.length <= IV_BYTES + TAG_BYTES || bytes.toString("base64url") !== text) throw InvalidCursor();
  const decipher = createDecipheriv("aes-256-gcm", key(), bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(purpose))
    .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  try {
    return decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, "utf8") + decipher.final("utf8");
  } catch {
    throw InvalidCursor();
  }
}

/** Hashed to the cipher's length, whatever the length of what is configured. */
const key = () => createHash("sha256").update(config.cursorKey).digest();
