import { publishedPaths } from "../../packages/core/src/keys";
import { COUNTED, WATCHED } from "../../packages/core/src/views/access-log";

/** What requests are counted as, said in SQL: the same that the views of creatives are counted by. */

const list = (texts: string[]) => texts.map((text) => `'${text}'`).join(", ");
const among = ({ methods, statuses }: typeof COUNTED) =>
  `"cs-method" in (${list(methods)}) and "sc-status" in (${list(statuses)})`;
type View = "play" | "open";
export const path = (...kinds: View[]) => `regexp_like("cs-uri-stem", '${publishedPaths(...kinds)}')`;

/** A published file, or a part of it, was sent, or found unchanged. */
export const COUNTS = `${among(COUNTED)}\n  and ${path()}`;

/** The beginning of something was sent. Two bytes are how some players see whether ranges are answered. */
const BEGINS = `("sc-range-start" in ('-', '') or ("sc-range-start" = '0' and "sc-range-end" <> '1'))`;
/** A view: a clip was started (`play`), or a photo opened (`open`). */
export const viewed = (...kinds: View[]) => `${among(WATCHED)}\n  and ${BEGINS}\n  and ${path(...kinds)}`;

/** Parts of a published file's path. */
export const EVENT = `split_part("cs-uri-stem", '/', 3)`;
export const UPLOAD = `split_part("cs-uri-stem", '/', 6)`;

/** Only those hours are read. */
export const lastDays = (days: number) =>
  `hour >= date_format(current_timestamp - interval '${days}' day, '%Y/%m/%d/%H')`;
