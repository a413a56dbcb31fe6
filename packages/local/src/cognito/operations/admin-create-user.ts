import type { Input } from "../../protocol/json.ts";
import { AwsError } from "../../world.ts";
import { authorizedPool, describeUser, type Operation, text } from "../context.ts";
import { invalid } from "../errors.ts";
import { ADMIN, measured } from "../metrics.ts";
import { checkPassword, hashPassword, temporaryPassword } from "../passwords.ts";
import type { Pool } from "../pool.ts";
import { isEmail, normalEmail, type User } from "../users.ts";

/** Attributes of every user pool that are text and may be changed. */
const STANDARD = [
  "birthdate",
  "family_name",
  "gender",
  "given_name",
  "locale",
  "middle_name",
  "name",
  "nickname",
  "picture",
  "preferred_username",
  "profile",
  "website",
  "zoneinfo",
];
const ACTIONS = ["RESEND", "SUPPRESS"];

/**
 * A user with a password that is to be changed. There is no mail here: the password stands in the log unless the
 * message is suppressed.
 */
export const adminCreateUser: Operation = async (service, input, call) => {
  const pool = authorizedPool(service, input, call, "AdminCreateUser");
  const username = text(input, "Username");
  const { MessageAction: action } = input;
  if (action !== undefined && !ACTIONS.includes(action)) {
    throw invalid(`MessageAction is one of ${ACTIONS.join(", ")}.`);
  }
  if (!isEmail(username)) throw invalid("Username should be an email.");
  const attributes = readAttributes(input, normalEmail(username));
  const password = input.TemporaryPassword ?? temporaryPassword(pool.facts.passwordPolicy);
  checkPassword(pool.facts.passwordPolicy, password);
  const passwordHash = await hashPassword(password);
  const user =
    action === "RESEND"
      ? renew(pool, username, passwordHash)
      : await measured(pool, ADMIN, "SignUp", async () => add(pool, attributes, passwordHash));
  if (action !== "SUPPRESS") {
    const message = `temporary password for ${user.email}: ${password}`;
    pool.world.log({ service: "cognito", level: "info", message, email: user.email });
  }
  return { User: describeUser(user) };
};

function add({ users, world }: Pool, attributes: { email: string }, passwordHash: string): User {
  const now = world.clock.now();
  const { email } = attributes;
  const user: User = {
    sub: users.subOf(email),
    email,
    attributes,
    status: "FORCE_CHANGE_PASSWORD",
    passwordHash,
    temporarySinceMs: now,
    createdMs: now,
    modifiedMs: now,
  };
  if (!users.add(user)) throw new AwsError("UsernameExistsException", "User account already exists", 400);
  return user;
}

/** A user whose temporary password has expired gets another one. */
function renew({ users, world }: Pool, username: string, passwordHash: string): User {
  const found = users.find(username);
  if (!found) throw new AwsError("UserNotFoundException", "User does not exist.", 400);
  if (found.status !== "FORCE_CHANGE_PASSWORD") {
    const message = "Resend not possible. User status is not FORCE_CHANGE_PASSWORD";
    throw new AwsError("UnsupportedUserStateException", message, 400);
  }
  const now = world.clock.now();
  return users.change(found.sub, (user) => {
    Object.assign(user, { passwordHash, temporarySinceMs: now, modifiedMs: now });
  })!;
}

function readAttributes(input: Input, email: string) {
  const list: unknown = input.UserAttributes ?? [];
  if (!Array.isArray(list)) throw invalid("UserAttributes is not a list.");
  const attributes = { email, email_verified: "false" };
  for (const { Name: name, Value: value = "" } of list as Input[]) {
    if (typeof value !== "string") throw invalid(`The value of ${name} is not a string.`);
    if (name === "sub") throw invalid("Cannot modify the non-mutable attribute sub");
    if (name === "email" && normalEmail(value) !== email) throw invalid("Email should be the same as username.");
    if (name === "email") continue;
    if (name === "email_verified" ? !/^(true|false)$/i.test(value) : !STANDARD.includes(name)) {
      throw invalid(`Attributes did not conform to the schema: ${name}: Attribute does not exist in the schema.`);
    }
    Object.assign(attributes, { [name]: name === "email_verified" ? value.toLowerCase() : value });
  }
  return attributes;
}
