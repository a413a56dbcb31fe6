import type { Count } from "./tally.ts";

/** Counts of a row, in which what never happened is missing. */
type Row = { [Name in keyof Count]?: number | undefined };

export const countsOf = ({ plays = 0, opens = 0, bytes = 0 }: Row): Count => ({ plays, opens, bytes });

export const sum = (rows: Row[]): Count =>
  rows.map(countsOf).reduce(
    (all, { plays, opens, bytes }) => ({
      plays: all.plays + plays,
      opens: all.opens + opens,
      bytes: all.bytes + bytes,
    }),
    { plays: 0, opens: 0, bytes: 0 },
  );

/** Groups by a name, in the order of the first of each. */
export function grouped<Item>(items: Item[], nameOf: (item: Item) => string): [name: string, items: Item[]][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(nameOf(item));
    if (group) group.push(item);
    else groups.set(nameOf(item), [item]);
  }
  return [...groups];
}
