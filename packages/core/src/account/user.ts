export * as User from "./user.ts";

import * as v from "valibot";
import { Id } from "../ids.ts";
import { Offer, Served } from "../picture/schemas.ts";
import { Own } from "./schemas.ts";

/** The caller and their groups. Without groups a caller is no creative. */
export const Caller = v.object({ userId: Id, groups: v.optional(v.array(v.string()), []) });
export type Caller = v.InferOutput<typeof Caller>;

/** The signed-in user as the API returns them: their groups, what they say of themselves, and their picture. */
export const Info = v.object({
  userId: v.string(),
  groups: v.array(v.string()),
  ...Own.entries,
  picture: v.optional(Served),
  pictureUpload: v.optional(Offer),
});
export type Info = v.InferOutput<typeof Info>;

/**
 * Whether the caller is the event's creative now: they made it, and are still in the group. A user who is taken out of
 * the group keeps their own uploads, and loses access to their events.
 */
export const isCreativeOf = (event: { creativeId: string }, { userId, groups }: Caller): boolean =>
  event.creativeId === userId && groups.includes("creative");
