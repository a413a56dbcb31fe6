import { constraint, date, type Operation, page } from "../context.ts";

/** Not about any one pool: a caller who may list pools sees all of them. */
export const listUserPools: Operation = ({ world, pools }, input, call) => {
  if (input.MaxResults === undefined) throw constraint("maxResults", "Member must not be null");
  world.authorize(call.principal, "cognito-idp:ListUserPools", "*");
  const { items, next } = page(pools, input.MaxResults, input.NextToken);
  const UserPools = items.map(({ facts, createdMs }) => ({
    Id: facts.id,
    Name: facts.name,
    LambdaConfig: {},
    CreationDate: date(createdMs),
    LastModifiedDate: date(createdMs),
  }));
  return { UserPools, ...(next && { NextToken: next }) };
};
