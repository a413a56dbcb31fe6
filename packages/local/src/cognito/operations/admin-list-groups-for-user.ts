import { authorizedPool, describeGroups, type Operation, page, userOf } from "../context.ts";

export const adminListGroupsForUser: Operation = (service, input, call) => {
  const pool = authorizedPool(service, input, call, "AdminListGroupsForUser");
  return describeGroups(pool, page(pool.users.groupsOf(userOf(pool, input)), input.Limit, input.NextToken));
};
