import * as v from "valibot";
import { Day } from "../day.ts";
import { Id } from "../ids.ts";
import { named } from "../schemas.ts";

const number = (what: string) => v.pipe(v.number(), v.integer(), v.minValue(0), v.description(what));

const counts = {
  plays: number("Times a clip was started."),
  opens: number("Times a photo was fetched in its full size."),
  bytes: number("Bytes that were sent for it."),
};

/** Views of a time, all together and day by day; days without any are left out. */
export const Info = named("Views", {
  from: Day.Text,
  to: Day.Text,
  ...counts,
  days: v.array(v.object({ day: Day.Text, ...counts })),
});
export type Info = v.InferOutput<typeof Info>;

/** The views of one media. */
export const OfMedia = named("MediaViews", { uploadId: Id, mediaId: v.string(), ...counts });
export type OfMedia = v.InferOutput<typeof OfMedia>;
