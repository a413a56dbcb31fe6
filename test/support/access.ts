import type { RunningCloud } from "@dropclip/local/cloud";

/** One action on one resource, as a statement of a role grants it. */
export interface Used {
  role: string;
  policy: string;
  action: string;
  resource: string;
  used: number;
}

export const grantsOf = ({ roles }: ReturnType<RunningCloud["access"]>): Used[] =>
  roles.flatMap(({ role, grants }) =>
    grants.map(({ policy, action, resource, used }) => ({ role, policy, action, resource, used })),
  );

/** The same grant's name in every cloud. */
export const nameOf = ({ role, policy, action, resource }: Used) =>
  `${role.split("/").at(-1)}/${policy}: ${action} on ${resource}`;
