import { randomBytes, randomInt, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import type { PasswordPolicy } from "@dropclip/synth/cloud";
import { AwsError } from "../world.ts";
import { invalid } from "./errors.ts";

const SALT_BYTES = 16;
const HASH_BYTES = 32;
/**
 * https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html; a blank counts inside only.
 */
const SYMBOL = /[\^$*.[\]{}()?\-"!@#%&/\\,><':;|_~`+= ]/;
const MOST_CHARACTERS = 256;

/**
 * As much work as Node's own cost, in an eighth of the memory, which is 2 MB: each of four threads keeps for good what
 * it has taken for one password.
 */
const COST = { N: 2048, r: 8, p: 8 };
const NAME = "scrypt-2048-8-8";
/** Hashes of before are named so, and cost what Node takes by itself. */
const EARLIER = "scrypt";

/** `{cost}:{salt}:{hash}`, for `matches`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return [NAME, salt.toString("base64"), (await derive(password, salt, COST)).toString("base64")].join(":");
}

/** Takes as long for a user without a password as for one with another. */
export async function matches(password: string, hash: string | undefined): Promise<boolean> {
  const [name, salt = "", wanted = ""] = (hash ?? "").split(":");
  const derived = await derive(password, Buffer.from(salt, "base64"), name === EARLIER ? {} : COST);
  const expected = Buffer.from(wanted, "base64");
  return expected.length === HASH_BYTES && timingSafeEqual(derived, expected);
}

function derive(password: string, salt: Buffer, cost: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize("NFC"), salt, HASH_BYTES, cost, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

/** Throws InvalidPasswordException for the first rule of the policy that the password breaks. */
export function checkPassword(policy: PasswordPolicy, password: string) {
  if (password.length > MOST_CHARACTERS || /^\s|\s$/.test(password)) {
    throw invalid(
      "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\\S]+.*[\\S]+$",
    );
  }
  const broken = rules(policy).find(({ test }) => !test(password));
  if (!broken) return;
  const message = `Password did not conform with policy: ${broken.message}`;
  throw new AwsError("InvalidPasswordException", message, 400);
}

/** The policy in the words of the sign-up page. */
export const passwordRules = (policy: PasswordPolicy): string[] => rules(policy).map(({ words }) => words);

function rules(policy: PasswordPolicy): { words: string; message: string; test: (password: string) => boolean }[] {
  const kind = (needed: boolean, name: string, words: string, test: RegExp) =>
    needed
      ? [{ words, message: `Password must have ${name} characters`, test: (text: string) => test.test(text) }]
      : [];
  const { minimumLength } = policy;
  return [
    {
      words: `at least ${minimumLength} characters`,
      message: "Password not long enough",
      test: (text) => text.length >= minimumLength,
    },
    ...kind(policy.requireUppercase, "uppercase", "an upper-case letter", /[A-Z]/),
    ...kind(policy.requireLowercase, "lowercase", "a lower-case letter", /[a-z]/),
    ...kind(policy.requireNumbers, "numeric", "a digit", /[0-9]/),
    ...kind(policy.requireSymbols, "symbol", "a symbol", SYMBOL),
  ];
}

/** A password that every policy accepts, for when an administrator names none. */
export function temporaryPassword({ minimumLength }: PasswordPolicy): string {
  const pick = (letters: string) => letters[randomInt(letters.length)]!;
  const kinds = ["ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnpqrstuvwxyz", "23456789", "!#%+?"];
  const length = Math.max(12, minimumLength);
  return Array.from({ length }, (_, index) => pick(kinds[index % kinds.length]!)).join("");
}
