import { authorizedPool, type Operation, text, userOf } from "../context.ts";
import { checkPassword, hashPassword } from "../passwords.ts";

export const adminSetUserPassword: Operation = async (service, input, call) => {
  const pool = authorizedPool(service, input, call, "AdminSetUserPassword");
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
