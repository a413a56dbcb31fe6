import { Day } from "@dropclip/core/day";
import { PAGE, PAGE_MAX } from "@dropclip/core/limits";
import * as v from "valibot";

/** What every list takes; the domain parses it, this describes it. */
export const pageQuery = v.object({
  cursor: v.optional(v.pipe(v.string(), v.description("Where a page before ended: its `cursor`."))),
  limit: v.optional(
    v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(PAGE_MAX), v.description(`${PAGE} unless given.`)),
  ),
});

/** What every number of views is. */
export const LOWER_BOUND =
  "Counted from the CDN's access logs, usually within an hour: a lower bound, since not every request is logged, and what a browser still has is not asked for again";

/** Which days views are wanted of. */
export const daysQuery = v.object({
  from: v.optional(v.pipe(Day.Text, v.description("First day, UTC."))),
  to: v.optional(v.pipe(Day.Text, v.description("Last day, UTC; today unless given."))),
});

/** A page of things under their plural name; `cursor` leads to the next one, and is missing on the last. */
export const listOf = <Name extends string, S extends v.GenericSchema>(name: Name, item: S) =>
  v.object({ [name]: v.array(item), cursor: v.optional(v.string()) } as unknown as Record<
    Name,
    v.ArraySchema<S, undefined>
  > & {
    cursor: v.OptionalSchema<v.StringSchema<undefined>, undefined>;
  });

/** The header that makes a create safe to repeat, in the documents. */
export const IDEMPOTENCY = {
  "Idempotency-Key": "The same key with the same request gives the same thing again for 24 hours.",
};
export const IF_MATCH = { "If-Match": "The ETag of what was read: refused with 412 when it has changed since." };

/** The key of a request, parsed by the verb it is given to. */
export const idempotencyKey = (header: string | undefined) => (header === undefined ? {} : { idempotencyKey: header });
