import type { Input } from "../protocol/json.ts";
import { AwsError } from "../world.ts";
import { invalid, notAuthorized } from "./errors.ts";
import { forgive, lockAfterFailure } from "./locks.ts";
import type { Pool } from "./pool.ts";
import { newSecret, stepOf } from "./totp.ts";
import type { User } from "./users.ts";

/** What the API calls it, in challenges and settings. */
export const SOFTWARE_TOKEN = "SOFTWARE_TOKEN_MFA";

/** Throws unless the pool lets its users have one. */
function checkPool({ facts }: Pool) {
  if (facts.softwareToken) return;
  const message = "Software Token MFA has not been enabled by the userPool.";
  throw new AwsError("SoftwareTokenMFANotFoundException", message, 400);
}

/** A new secret for the user's authenticator app. It takes the place of an older one once it is verified. */
export function associate(pool: Pool, user: User): string {
  checkPool(pool);
  const secret = newSecret();
  pool.users.change(user.sub, (one) => {
    one.newSecret = secret;
  });
  return secret;
}

/** Takes the new secret on if the code is of it. Throws EnableSoftwareTokenMFAException. */
export function verify(pool: Pool, user: User, code: string) {
  checkPool(pool);
  const secret = user.newSecret;
  const step = secret === undefined ? undefined : stepOf(secret, code, pool.world.clock.now());
  if (secret === undefined || step === undefined)
    throw new AwsError("EnableSoftwareTokenMFAException", "Code mismatch", 400);
  pool.users.change(user.sub, (one) => {
    delete one.newSecret;
    one.softwareToken = { ...one.softwareToken, secret, usedStep: step, enabled: one.softwareToken?.enabled ?? false };
    one.modifiedMs = pool.world.clock.now();
  });
}

/**
 * Turns it on or off, as `SoftwareTokenMfaSettings` says. Whoever has not set it up cannot turn it off either, and
 * settings of a factor that no user here has are refused, whatever they say: users of Cognito report both.
 */
export function prefer(pool: Pool, user: User, input: Input) {
  for (const name of ["SMSMfaSettings", "EmailMfaSettings", "WebAuthnMfaSettings"])
    if (given(input[name])) throw invalid(`User does not have delivery config set to turn on ${name}`);
  const settings: unknown = input.SoftwareTokenMfaSettings;
  if (!given(settings)) return;
  const { Enabled: enabled = false, PreferredMfa: preferred = false } = settings as Record<string, unknown>;
  if (typeof enabled !== "boolean" || typeof preferred !== "boolean")
    throw invalid("SoftwareTokenMfaSettings has members that are not true or false.");
  if (!user.softwareToken) throw invalid("User has not verified software token mfa");
  if (preferred && !enabled) throw invalid("User must be enabled for an MFA that is preferred");
  pool.users.change(user.sub, (one) => {
    if (!one.softwareToken) return;
    one.softwareToken.enabled = enabled;
    one.softwareToken.preferred = preferred;
    one.modifiedMs = pool.world.clock.now();
  });
}

const given = (value: unknown) => value !== undefined && value !== null;

/** Whether a password is not enough: users keep what they have set up even if the pool stops offering it. */
export const isAsked = ({ softwareToken }: User) => softwareToken?.enabled === true;

/** What descriptions of a user say of it. */
export const describeFactors = ({ softwareToken }: User) =>
  softwareToken?.enabled
    ? { UserMFASettingList: [SOFTWARE_TOKEN], ...(softwareToken.preferred && { PreferredMfaSetting: SOFTWARE_TOKEN }) }
    : {};

/**
 * Checks the code of a sign-in. Throws CodeMismatchException, after which sign-ins are locked as after wrong passwords,
 * or ExpiredCodeException for one that was used.
 */
export function checkCode(pool: Pool, { sub }: User, code: string) {
  const now = pool.world.clock.now();
  const outcome = pool.world.store.transaction(() => {
    let said: "locked" | "wrong" | "used" | "right" = "wrong";
    pool.users.change(sub, (one) => {
      const token = one.softwareToken;
      if ((one.lockedUntilMs ?? 0) > now) {
        said = "locked";
        return;
      }
      const step = token && stepOf(token.secret, code, now);
      if (!token || step === undefined) return lockAfterFailure(one, now);
      if (step <= (token.usedStep ?? 0)) {
        said = "used";
        return;
      }
      token.usedStep = step;
      forgive(one);
      said = "right";
    });
    return said as "locked" | "wrong" | "used" | "right";
  });
  if (outcome === "locked") throw notAuthorized("Password attempts exceeded");
  if (outcome === "wrong") throw new AwsError("CodeMismatchException", "Invalid code received for user", 400);
  if (outcome === "used")
    throw new AwsError("ExpiredCodeException", "Your software token has already been used once.", 400);
}
