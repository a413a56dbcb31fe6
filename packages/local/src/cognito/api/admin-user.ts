import { invalid } from "../errors.ts";
import { checkPassword, hashPassword } from "../passwords.ts";
import { adminConfirm } from "../sign-up.ts";
import { attributesOf, authorizedPool, describeUser, type Operation, text, userOf } from "./operation.ts";

export const adminGetUser: Operation = (context, input, call) => {
  const pool = authorizedPool(context, input, call, "AdminGetUser");
  const user = userOf(pool, input);
  const { Attributes: _, ...rest } = describeUser(user);
  return { ...rest, UserAttributes: attributesOf(user) };
};

/** Ends what the user has been given, too. */
export const adminDeleteUser: Operation = (context, input, call) => {
  const pool = authorizedPool(context, input, call, "AdminDeleteUser");
  const user = userOf(pool, input);
  pool.world.store.transaction(() => {
    pool.users.remove(user);
    pool.grants.forget(user);
  });
  return {};
};

export const adminSetUserPassword: Operation = async (context, input, call) => {
  const pool = authorizedPool(context, input, call, "AdminSetUserPassword");
  const user = userOf(pool, input);
  const password = text(input, "Password");
  checkPassword(pool.facts.passwordPolicy, password);
  const passwordHash = await hashPassword(password);
  const now = pool.world.clock.now();
  pool.users.change(user.sub, (one) => {
    delete one.failures;
    delete one.lockedUntilMs;
    delete one.temporarySinceMs;
    const permanent = input.Permanent === true;
    Object.assign(one, { passwordHash, modifiedMs: now, ...(!permanent && { temporarySinceMs: now }) });
    one.status = permanent ? "CONFIRMED" : "FORCE_CHANGE_PASSWORD";
  });
  return {};
};

export const adminConfirmSignUp: Operation = async (context, input, call) => {
  const pool = authorizedPool(context, input, call, "AdminConfirmSignUp");
  const { ClientMetadata: metadata } = input;
  if (metadata !== undefined && (typeof metadata !== "object" || metadata === null)) {
    throw invalid("ClientMetadata is not a map.");
  }
  await adminConfirm(pool, userOf(pool, input).sub, metadata ? { clientMetadata: metadata } : {});
  return {};
};

/** The user's access tokens stay good for APIs that do not ask the pool, as on AWS. */
export const adminUserGlobalSignOut: Operation = (context, input, call) => {
  const pool = authorizedPool(context, input, call, "AdminUserGlobalSignOut");
  pool.grants.revoke(userOf(pool, input));
  return {};
};
