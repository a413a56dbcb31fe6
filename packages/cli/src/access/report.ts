import * as v from "valibot";

const Grant = v.looseObject({
  policy: v.string(),
  action: v.string(),
  resource: v.string(),
  condition: v.optional(v.unknown()),
  /** How often it was used since the cloud started. */
  used: v.number(),
});
export type Grant = v.InferOutput<typeof Grant>;

const Denial = v.looseObject({
  principal: v.string(),
  action: v.string(),
  resource: v.string(),
  reason: v.string(),
  count: v.number(),
});
export type Denial = v.InferOutput<typeof Denial>;

/** What the local cloud's roles are granted, how much of it was used, and what was refused. */
export const Access = v.looseObject({
  /** When the cloud started. */
  since: v.optional(v.string()),
  roles: v.array(v.looseObject({ role: v.string(), grants: v.array(Grant) })),
  denials: v.array(Denial),
});
export type Access = v.InferOutput<typeof Access>;

/** The report without the grants that were used. */
export function unusedOf({ roles, ...rest }: Access): Access {
  const unused = roles.map(({ grants, ...role }) => ({ ...role, grants: grants.filter(({ used }) => used === 0) }));
  return { ...rest, roles: unused.filter(({ grants }) => grants.length > 0) };
}
