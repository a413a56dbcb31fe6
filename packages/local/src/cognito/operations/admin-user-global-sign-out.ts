import { authorizedPool, type Operation, userOf } from "../context.ts";

/** The user's access tokens stay good for APIs that do not ask the pool, as on AWS. */
export const adminUserGlobalSignOut: Operation = (service, input, call) => {
  const pool = authorizedPool(service, input, call, "AdminUserGlobalSignOut");
  pool.grants.revoke(userOf(pool, input));
  return {};
};
