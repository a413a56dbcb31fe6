import * as v from "valibot";
import { Id } from "../ids.ts";
import { DESCRIPTION_LENGTH, TITLE_LENGTH } from "../limits.ts";
import { named, Text, Time } from "../schemas.ts";

/** A collection as the domain knows it; times ISO 8601 UTC. */
export const Info = named("Collection", {
  collectionId: Id,
  creativeId: Id,
  title: Text(TITLE_LENGTH),
  description: v.optional(Text(DESCRIPTION_LENGTH)),
  /** Number of its media, hidden ones too. */
  size: v.number(),
  createdAt: Time,
  updatedAt: Time,
});
export type Info = v.InferOutput<typeof Info>;

/** Input for a new collection. */
export const New = v.object({ title: Info.entries.title, description: Info.entries.description });

/** Members of a collection that can be changed; null removes the description. */
export const Changes = v.object({
  title: v.optional(Info.entries.title),
  description: v.optional(v.nullable(Info.entries.description.wrapped)),
});

const Place = v.object({ uploadId: Id, mediaId: v.string() });
/** Where a media is moved to: behind another one of the collection, or to the beginning. */
export const Move = v.object({ after: v.nullable(Place) });
