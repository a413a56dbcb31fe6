import { authorizedPool, groupOf, type Operation, userOf } from "../context.ts";

/** Adding a user who is in the group already succeeds. */
export const adminAddUserToGroup: Operation = (service, input, call) => {
  const pool = authorizedPool(service, input, call, "AdminAddUserToGroup");
  const { groupName } = groupOf(pool, input);
  pool.users.join(userOf(pool, input), groupName);
  return {};
};
