import type { User } from "./users.ts";

/**
 * From the fifth failure on, each locks for twice as long as the one before.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html
 */
const FREE_FAILURES = 4;
const SHORTEST_LOCK_MS = 1000;
const LONGEST_LOCK_MS = 15 * 60 * 1000;

/** A sign-in has succeeded: earlier failures count no more. */
export function forgive(user: User) {
  delete user.failures;
  delete user.lockedUntilMs;
}

/** Counts a failed sign-in. */
export function lockAfterFailure(user: User, now: number) {
  user.failures = (user.failures ?? 0) + 1;
  const over = user.failures - FREE_FAILURES;
  if (over > 0) user.lockedUntilMs = now + Math.min(LONGEST_LOCK_MS, SHORTEST_LOCK_MS * 2 ** (over - 1));
}
