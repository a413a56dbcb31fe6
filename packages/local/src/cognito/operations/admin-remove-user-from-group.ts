import { authorizedPool, groupOf, type Operation, userOf } from "../context.ts";

export const adminRemoveUserFromGroup: Operation = (service, input, call) => {
  const pool = authorizedPool(service, input, call, "AdminRemoveUserFromGroup");
  const { groupName } = groupOf(pool, input);
  pool.users.leave(userOf(pool, input), groupName);
  return {};
};
