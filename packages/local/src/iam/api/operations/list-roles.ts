import { type Operation, page, roleOf } from "../context.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html */
export const listRoles: Operation = (state, parameters, { principal }) => {
  const { world, roles } = state;
  world.authorize(principal, "iam:ListRoles", "*");
  const prefix = parameters.text("PathPrefix") ?? "/";
  const found = roles
    .map((role) => ({ ...roleOf(role, state), MaxSessionDuration: role.maxSessionSeconds }))
    .filter(({ Path }) => Path.startsWith(prefix));
  const { items, rest } = page(parameters, found);
  return { Roles: { member: items }, ...rest };
};
