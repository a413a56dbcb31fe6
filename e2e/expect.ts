import { AssertionError } from "node:assert";
import type { Answer } from "./api.ts";

/** Something is not as it must be, but waiting may help. */
export class Unexpected extends Error {}

/** Something is not as it must be, and waiting will not help. */
export class Never extends Error {}

const EXCERPT_LENGTH = 300;

/** The body of an answer, which must have the status, and the error code where one is named. */
export function answered({ status, body }: Answer, wanted: number | number[], code?: string): any {
  const statuses = [wanted].flat();
  if (statuses.includes(status) && (code === undefined || body?.code === code)) return body;
  const message = `expected ${statuses.join(" or ")}${code ? ` ${code}` : ""}, was ${status} ${excerpt(body)}`;
  // Whatever is waited for, the API itself must not fail meanwhile.
  throw status === 500 ? new Never(message) : new Unexpected(message);
}

export function excerpt(body: unknown): string {
  const text = typeof body === "string" ? body : (JSON.stringify(body) ?? "");
  return text.length > EXCERPT_LENGTH ? `${text.slice(0, EXCERPT_LENGTH)}…` : text;
}

/** Throws `Unexpected` unless `holds`. */
export function check(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Unexpected(what);
}

/** Whether trying again may help. */
export function mayPass(error: unknown): boolean {
  if (error instanceof Unexpected || error instanceof AssertionError) return true;
  // Node's fetch has no other name for a failed connection.
  return error instanceof TypeError && error.message === "fetch failed";
}

/** What went wrong, as text for people. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : "";
  const known = mayPass(error) || error instanceof Never || "exitCode" in error || "$fault" in error;
  return known ? `${error.message}${cause}` : (error.stack ?? error.message) + cause;
}
