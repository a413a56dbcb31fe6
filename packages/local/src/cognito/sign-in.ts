import type { UserPoolClient } from "@dropclip/synth/cloud";
import { AwsError } from "../world.ts";
import { notAuthorized, userNotFound } from "./errors.ts";
import { forgive, lockAfterFailure } from "./locks.ts";
import { measured } from "./metrics.ts";
import { matches } from "./passwords.ts";
import type { Pool } from "./pool.ts";
import { isAsked } from "./second-factor.ts";
import type { User } from "./users.ts";

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
  const user = users.change(found.sub, (one) => {
    if (!right) lockAfterFailure(one, now);
    // Who has a second factor is not forgiven before it is given: its codes could be guessed otherwise.
    else if (!isAsked(one)) forgive(one);
  });
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
