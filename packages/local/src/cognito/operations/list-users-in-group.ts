import { authorizedPool, describeUser, groupOf, type Operation, page } from "../context.ts";

export const listUsersInGroup: Operation = (service, input, call) => {
  const pool = authorizedPool(service, input, call, "ListUsersInGroup");
  const { groupName } = groupOf(pool, input);
  const { items, next } = page(pool.users.members(groupName), input.Limit, input.NextToken);
  return { Users: items.map(describeUser), ...(next && { NextToken: next }) };
};
