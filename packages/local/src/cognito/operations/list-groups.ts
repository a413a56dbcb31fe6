import { authorizedPool, describeGroups, type Operation, page } from "../context.ts";

export const listGroups: Operation = (service, input, call) => {
  const pool = authorizedPool(service, input, call, "ListGroups");
  return describeGroups(pool, page(pool.facts.groups, input.Limit, input.NextToken));
};
