import { GroupMissing, NotAnAccessToken } from "@dropclip/core/errors";
import { Id } from "@dropclip/core/ids";
import { Rate } from "@dropclip/core/rate";
import type { Context } from "hono";
import type { LambdaEvent } from "hono/aws-lambda";
import * as v from "valibot";

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

/**
 * The user whose token API Gateway has verified, when they may call at all; counts the call. `NotAnAccessToken`,
 * `GroupMissing`, `TooManyCalls`.
 */
export async function authenticate(c: Context, access: Exclude<Access, "public">, kind: Rate.Kind): Promise<User> {
  const { requestContext } = c.env.event as LambdaEvent & {
    requestContext: { authorizer?: { jwt?: { claims?: unknown } } };
  };
  const claims = v.safeParse(Claims, requestContext.authorizer?.jwt?.claims);
  if (!claims.success) throw NotAnAccessToken();
  const user = { userId: claims.output.sub, groups: claims.output["cognito:groups"] };
  if (!GROUPS[access].some((group) => user.groups.includes(group))) throw GroupMissing(GROUPS[access]);
  await Rate.take(user.userId, kind);
  return user;
}
