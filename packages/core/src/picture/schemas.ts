import * as v from "valibot";
import { FILE_NAME_LENGTH } from "../limits.ts";
import { OFFER_STATUS } from "../store/statuses.ts";

/** A flyer or profile picture as it is served. */
export const Served = v.object({
  url: v.string(),
  version: v.string(),
  thumbnail: v.optional(
    v.pipe(v.string(), v.description("A small copy as WebP. Pictures that were sent before there were any have none.")),
  ),
});
export type Served = v.InferOutput<typeof Served>;

/** The result for the picture that was offered last. */
export const Offer = v.object({
  version: v.string(),
  status: v.picklist(OFFER_STATUS),
  reason: v.optional(v.object({ code: v.string(), message: v.string() })),
});
export type Offer = v.InferOutput<typeof Offer>;

/** A picture to be offered: its name tells the type; `bytes` is its size. */
export const File = v.object({
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(FILE_NAME_LENGTH)),
  bytes: v.pipe(v.number(), v.integer(), v.minValue(1)),
});

/** An event's flyer, and the result of the one that was sent last. */
export const Flyer = v.object({ flyer: v.optional(Served), upload: v.optional(Offer) });
export type Flyer = v.InferOutput<typeof Flyer>;
