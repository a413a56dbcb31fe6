import { GroupMissing, NotAnAccessToken } from "@dropclip/core/errors";
import { Id } from "@dropclip/core/ids";
import { Rate } from "@dropclip/core/rate";
import type { Context } from "hono";
import type { LambdaEvent } from "hono/aws-lambda";
import * as v from "valibot";
import { Users } from "../aws/users.ts";

/** Who calls, as the identity provider says. */
export interface User {
  userId: string;
  groups: string[];
}

/** Who may call a route: everybody, any fan or creative, creatives only. */
export type Access = "public" | "user" | "creative";

export const GROUPS: Record<Exclude<Access, "public">, string[]> = {
  user: ["fan", "creative"],
  creative: ["creative"],
};

const Claims = v.object({
  sub: Id,
  username: v.string(),
  token_use: v.literal("access"),
  // API Gateway prints the list as text: `[fan creative]`.
  "cognito:groups": v.optional(
    v.pipe(
      v.string(),
      v.transform((text) => text.replace(/^\[|\]$/g, "").split(/[\s,]+/)),
    ),
    "[]",
  ),
});

/** How a route wants its callers. */
export interface Wanted {
  access: Exclude<Access, "public">;
  /** What the call counts as. */
  kind: Rate.Kind;
  /** What it does cannot be undone: the user's groups are asked for anew, however fresh the token is. */
  irreversible?: boolean | undefined;
}

/**
 * The user whose token API Gateway has verified, when they may call at all; counts the call. `NotAnAccessToken`,
 * `GroupMissing`, `TooManyCalls`.
 */
export async function authenticate(c: Context, { access, kind, irreversible }: Wanted): Promise<User> {
  const { requestContext } = c.env.event as LambdaEvent & {
    requestContext: { authorizer?: { jwt?: { claims?: unknown } } };
  };
  const claims = v.safeParse(Claims, requestContext.authorizer?.jwt?.claims);
  if (!claims.success) throw NotAnAccessToken();
  const { sub: userId, username, "cognito:groups": groups } = claims.output;
  checkGroups(groups, access);
  await Rate.take(userId, kind);
  if (!irreversible) return { userId, groups };
  const groupsNow = await Users.groupsOf(username);
  checkGroups(groupsNow, access);
  return { userId, groups: groupsNow };
}

function checkGroups(groups: string[], access: Wanted["access"]) {
  if (!GROUPS[access].some((group) => groups.includes(group))) throw GroupMissing(GROUPS[access]);
}
