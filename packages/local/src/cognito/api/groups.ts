import type { UserPoolGroup } from "@dropclip/synth/cloud";
import type { Pool } from "../pool.ts";
import { authorizedPool, date, describeUser, groupOf, type Operation, page, userOf } from "./operation.ts";

/** Adding who is in it already succeeds. */
export const adminAddUserToGroup: Operation = (context, input, call) => {
  const pool = authorizedPool(context, input, call, "AdminAddUserToGroup");
  const { groupName } = groupOf(pool, input);
  pool.users.join(userOf(pool, input), groupName);
  return {};
};

export const adminRemoveUserFromGroup: Operation = (context, input, call) => {
  const pool = authorizedPool(context, input, call, "AdminRemoveUserFromGroup");
  const { groupName } = groupOf(pool, input);
  pool.users.leave(userOf(pool, input), groupName);
  return {};
};

export const adminListGroupsForUser: Operation = (context, input, call) => {
  const pool = authorizedPool(context, input, call, "AdminListGroupsForUser");
  return listed(pool, page(pool.users.groupsOf(userOf(pool, input)), input.Limit, input.NextToken));
};

export const listGroups: Operation = (context, input, call) => {
  const pool = authorizedPool(context, input, call, "ListGroups");
  return listed(pool, page(pool.facts.groups, input.Limit, input.NextToken));
};

export const listUsersInGroup: Operation = (context, input, call) => {
  const pool = authorizedPool(context, input, call, "ListUsersInGroup");
  const { groupName } = groupOf(pool, input);
  const { items, next } = page(pool.users.members(groupName), input.Limit, input.NextToken);
  return { Users: items.map(describeUser), ...(next && { NextToken: next }) };
};

function listed(pool: Pool, { items, next }: { items: UserPoolGroup[]; next?: string }) {
  const Groups = items.map(({ groupName, description, precedence }) => ({
    GroupName: groupName,
    UserPoolId: pool.facts.id,
    ...(description !== undefined && { Description: description }),
    ...(precedence !== undefined && { Precedence: precedence }),
    CreationDate: date(pool.createdMs),
    LastModifiedDate: date(pool.createdMs),
  }));
  return { Groups, ...(next && { NextToken: next }) };
}
