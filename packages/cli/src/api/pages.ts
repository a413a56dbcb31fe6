import * as v from "valibot";
import { type Call, parse } from "./caller.ts";

/** The API's own limit for a page. */
const LARGEST_PAGE = 100;

export interface Listing<T> {
  items: T[];
  /** Whether there are more items than were asked for. */
  more: boolean;
}

export interface ListInput<Schema extends v.GenericSchema> {
  path: string;
  /** The name of the list in the API's answer. */
  name: string;
  item: Schema;
  query?: Record<string, string | undefined>;
  limit: number;
}

/** Fetches at most `limit` items of a list, page by page. */
export async function list<const Schema extends v.GenericSchema>(
  call: Call,
  { path, name, item, query = {}, limit }: ListInput<Schema>,
): Promise<Listing<v.InferOutput<Schema>>> {
  const Page = v.looseObject({ [name]: v.array(item), cursor: v.optional(v.string()) });
  const items: v.InferOutput<Schema>[] = [];
  for (let cursor: string | undefined; ; ) {
    const wanted = { ...query, limit: String(Math.min(LARGEST_PAGE, limit - items.length)), cursor };
    const known = Object.entries(wanted).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const page = parse(Page, await call("GET", `${path}?${new URLSearchParams(known)}`));
    items.push(...(page[name] as v.InferOutput<Schema>[]));
    cursor = page.cursor as string | undefined;
    if (!cursor || items.length >= limit) return { items: items.slice(0, limit), more: cursor !== undefined };
  }
}
