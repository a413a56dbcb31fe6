import { authorizedPool, type Operation, userOf } from "../context.ts";

/** Also ends the user's sessions and refresh tokens. */
export const adminDeleteUser: Operation = (service, input, call) => {
  const pool = authorizedPool(service, input, call, "AdminDeleteUser");
  const user = userOf(pool, input);
  pool.world.store.transaction(() => {
    pool.users.remove(user);
    pool.grants.forget(user);
  });
  return {};
};
