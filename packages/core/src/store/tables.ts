/**
 * The tables' secondary indexes, each named for the question it answers: the stacks make them, the entities use them.
 * Every index has two fields of its own, `{index}Pk` and `{index}Sk`, beside the table's `pk` and `sk`.
 */
export const INDEXES = {
  uploads: ["byFan", "byEvent", "byStatus", "open"],
  events: ["byCreative", "newest", "byType", "open"],
  collections: ["byCreative", "inOrder", "byMedia"],
  views: ["byDay"],
  webhook: ["byStatus"],
} as const satisfies Record<string, readonly string[]>;

/** The tables, by what they hold. */
export type Table = keyof typeof INDEXES;

export const KEY = { pk: "pk", sk: "sk" } as const;
export const keyOf = (index: string) => ({ pk: `${index}Pk`, sk: `${index}Sk` });

/** The attribute that tells when a row may go, epoch seconds. */
export const EXPIRES = "expires";
