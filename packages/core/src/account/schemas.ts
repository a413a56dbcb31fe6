import * as v from "valibot";
import { Id } from "../ids.ts";
import { DISPLAY_NAME_LENGTH } from "../limits.ts";
import { Served } from "../picture/schemas.ts";
import { Line, named } from "../schemas.ts";

const DisplayName = Line(DISPLAY_NAME_LENGTH);

/** What everybody may know of a user who is shown to the public. */
export const Info = named("Profile", {
  userId: Id,
  displayName: v.optional(DisplayName),
  picture: v.optional(Served),
});
export type Info = v.InferOutput<typeof Info>;

/** What users say of themselves; null takes the name away. */
export const Changes = v.object({
  displayName: v.optional(v.nullable(DisplayName)),
  public: v.optional(
    v.pipe(v.boolean(), v.description("Whether everybody may see the profile. That of who has events is always seen.")),
  ),
});

/** A user's own settings, as they see them. */
export const Own = v.object({ displayName: v.optional(DisplayName), public: v.boolean() });
export type Own = v.InferOutput<typeof Own>;
