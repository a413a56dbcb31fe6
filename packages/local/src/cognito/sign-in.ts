import type { UserPoolClient } from "@dropclip/synth/cloud";
import { AwsError } from "../world.ts";
import { notAuthorized, userNotFound } from "./errors.ts";
import { measured } from "./metrics.ts";
import { matches } from "./passwords.ts";
import type { Pool } from "./pool.ts";
import type { User } from "./users.ts";

/**
 * From the fifth failure on, each locks for twice as long as the one before.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html
 */
const FREE_FAILURES = 4;
const SHORTEST_LOCK_MS = 1000;
const LONGEST_LOCK_MS = 15 * 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Checks a password and returns its user. Throws NotAuthorizedException, UserNotFoundException where the client may see
 * it, UserNotConfirmedException, or TooManyRequestsException. The user's status says when the password must be changed
 * first.
 */
export function authenticate(
  pool: Pool,
  client: Pick<UserPoolClient, "id" | "preventUserExistenceErrors">,
  username: string,
  password: string,
): Promise<User> {
  return measured(pool, client.id, "SignIn", () => check(pool, client, username, password));
}

async function check(
  pool: Pool,
  client: Pick<UserPoolClient, "preventUserExistenceErrors">,
  username: string,
  password: string,
): Promise<User> {
  const { users, world } = pool;
  const found = users.find(username);
  const now = world.clock.now();
  if ((found?.lockedUntilMs ?? 0) > now) throw notAuthorized("Password attempts exceeded");
  const right = await matches(password, found?.passwordHash);
  if (!found) {
    throw client.preventUserExistenceErrors ? notAuthorized("Incorrect username or password.") : userNotFound();
  }
  const user = users.change(found.sub, right ? forgive : (one) => lock(one, now));
  if (!right || !user) throw notAuthorized("Incorrect username or password.");
  if (user.status === "UNCONFIRMED") {
    throw new AwsError("UserNotConfirmedException", "User is not confirmed.", 400);
  }
  const lastsMs = pool.facts.passwordPolicy.temporaryPasswordValidityDays * DAY_MS;
  if (user.status === "FORCE_CHANGE_PASSWORD" && (user.temporarySinceMs ?? 0) + lastsMs <= now) {
    throw notAuthorized("Temporary password has expired and must be reset by an administrator.");
  }
  return user;
}

function forgive(user: User) {
  delete user.failures;
  delete user.lockedUntilMs;
}

function lock(user: User, now: number) {
  user.failures = (user.failures ?? 0) + 1;
  const over = user.failures - FREE_FAILURES;
  if (over > 0) user.lockedUntilMs = now + Math.min(LONGEST_LOCK_MS, SHORTEST_LOCK_MS * 2 ** (over - 1));
}
