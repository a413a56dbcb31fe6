import * as v from "valibot";
import { Day } from "../day.ts";
import { DaysNotTaken } from "../errors.ts";
import { VIEWS_DAYS } from "../limits.ts";

/** The days that views are asked of, both included. */
export const Asked = {
  from: v.optional(Day.Text),
  to: v.optional(Day.Text),
};

interface Range {
  from: string;
  to: string;
}

/** The days that are meant: up to today, and `VIEWS_DAYS` of them, unless it is said. `DaysNotTaken`. */
export function rangeOf(
  asked: { from?: string | undefined; to?: string | undefined },
  most: number,
  nowMs: number,
): Range {
  const to = asked.to ?? Day.of(nowMs);
  const from = asked.from ?? Day.before(to, VIEWS_DAYS - 1);
  if (from > to || from < Day.before(to, most - 1)) throw DaysNotTaken(most);
  return { from, to };
}
