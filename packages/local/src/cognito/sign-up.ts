import { randomInt } from "node:crypto";
import { AwsError } from "../world.ts";
import { invalid, notAuthorized, userNotFound } from "./errors.ts";
import { measured } from "./metrics.ts";
import { checkPassword, hashPassword } from "./passwords.ts";
import type { Pool } from "./pool.ts";
import { type Confirmation, postConfirmation } from "./trigger.ts";
import { isEmail, normalEmail, type User } from "./users.ts";

/** Cognito's: a code for a new account is good for a day. */
const CODE_MS = 24 * 60 * 60 * 1000;
const CODE_ATTEMPTS = 5;

/** Makes a user who has yet to confirm the address. Throws as Cognito's SignUp does. */
export function signUp(pool: Pool, clientId: string, address: string, password: string): Promise<User> {
  return measured(pool, clientId, "SignUp", () => create(pool, address, password));
}

async function create(pool: Pool, address: string, password: string): Promise<User> {
  const { users, facts, world } = pool;
  if (!facts.selfSignUp) throw notAuthorized("SignUp is not permitted for this user pool");
  if (!isEmail(address.trim())) throw invalid("Username should be an email.");
  checkPassword(facts.passwordPolicy, password);
  const email = normalEmail(address);
  const exists = new AwsError("UsernameExistsException", "An account with the given email already exists.", 400);
  // Asked first to spare the work, and again by `add`.
  if (users.find(email)) throw exists;
  const passwordHash = await hashPassword(password);
  const now = world.clock.now();
  const user: User = {
    sub: users.subOf(email),
    email,
    attributes: { email, email_verified: "false" },
    status: "UNCONFIRMED",
    passwordHash,
    createdMs: now,
    modifiedMs: now,
  };
  if (!users.add(user)) throw exists;
  sendCode(pool, user);
  return user;
}

/** A new code, in the place of any older one. There is no mail here: it stands in the log. */
export function sendCode({ users, world }: Pool, { sub, email }: User) {
  const text = String(randomInt(1_000_000)).padStart(6, "0");
  users.change(sub, (user) => {
    user.code = { text, untilMs: world.clock.now() + CODE_MS, attempts: 0 };
  });
  world.log({ service: "cognito", level: "info", message: `confirmation code for ${email}: ${text}`, email });
}

/** Confirms the address by its code, and tells the pool's trigger. Throws as Cognito's ConfirmSignUp does. */
export async function confirmSignUp(pool: Pool, sub: string, code: string, clientId: string): Promise<User> {
  const { users, world } = pool;
  let refusal: AwsError | undefined;
  const user = users.change(sub, (one) => {
    refusal = checkCode(one, code, world.clock.now());
    if (!refusal) confirmed(one, world.clock.now());
  });
  if (!user) throw userNotFound();
  if (refusal) throw refusal;
  await postConfirmation(pool, user, { clientId });
  return user;
}

/** As an administrator does: without a code, which leaves the address unverified. */
export async function adminConfirm(pool: Pool, sub: string, confirmation: Confirmation) {
  const now = pool.world.clock.now();
  let refusal: AwsError | undefined;
  const user = pool.users.change(sub, (one) => {
    refusal = one.status === "UNCONFIRMED" ? undefined : notUnconfirmed(one);
    if (!refusal) Object.assign(one, { status: "CONFIRMED", modifiedMs: now });
  });
  if (!user) throw userNotFound();
  if (refusal) throw refusal;
  await postConfirmation(pool, user, confirmation);
}

/** What is wrong with the code; counts an attempt. */
function checkCode(user: User, text: string, now: number): AwsError | undefined {
  if (user.status !== "UNCONFIRMED") return notUnconfirmed(user);
  const { code } = user;
  if (!code || code.untilMs <= now) {
    return new AwsError("ExpiredCodeException", "Invalid code provided, please request a code again.", 400);
  }
  code.attempts++;
  if (code.attempts > CODE_ATTEMPTS) {
    return new AwsError("LimitExceededException", "Attempt limit exceeded, please try after some time.", 400);
  }
  if (code.text === text) return undefined;
  return new AwsError("CodeMismatchException", "Invalid verification code provided, please try again.", 400);
}

function confirmed(user: User, now: number) {
  delete user.code;
  user.status = "CONFIRMED";
  user.attributes.email_verified = "true";
  user.modifiedMs = now;
}

const notUnconfirmed = ({ status }: User) => notAuthorized(`User cannot be confirmed. Current status is ${status}`);
