import { authorizedPool, type Operation, userOf } from "../context.ts";
import { prefer } from "../second-factor.ts";

/** How an operator helps who has lost their phone. */
export const adminSetUserMfaPreference: Operation = (service, input, call) => {
  const pool = authorizedPool(service, input, call, "AdminSetUserMFAPreference");
  prefer(pool, userOf(pool, input), input);
  return {};
};
