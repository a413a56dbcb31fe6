export * as User from "./user.ts";

import * as v from "valibot";
import { Id } from "../ids.ts";

/** Who calls, and the groups they are in. Without groups nobody is a creative. */
export const Caller = v.object({ userId: Id, groups: v.optional(v.array(v.string()), []) });
export type Caller = v.InferOutput<typeof Caller>;

/**
 * Whether the caller is the creative of an event, now: it was made by them, and they are still in the group. Who is
 * taken out of the group keeps what they filmed themselves, and nothing of their events.
 */
export const isCreativeOf = (event: { creativeId: string }, { userId, groups }: Caller): boolean =>
  event.creativeId === userId && groups.includes("creative");
