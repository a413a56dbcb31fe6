import { Cursor } from "./cursor.ts";

/**
 * Rows read at a time, where few are wanted: most lists leave out few of theirs. Twice as many where none was shown.
 */
const LEAST_ROWS = 20;
const MOST_ROWS = 640;

interface Listing<Row, Shown> {
  cursor?: string | undefined;
  /** Entries of a page. */
  limit: number;
  /** The purpose that `Cursor.seal` binds the cursor to. */
  purpose: string;
  /** Rows from a place on, in the list's order; the database may leave some of `limit` out. */
  read(from: { cursor: string | null; limit: number }): Promise<{ data: Row[]; cursor: string | null }>;
  /** The place behind a row. */
  place(row: NoInfer<Row>): string;
  /** The entry that each row is shown as; undefined for rows that are left out. */
  show(rows: NoInfer<Row>[]): (Shown | undefined)[] | Promise<(Shown | undefined)[]>;
}

/**
 * A page of a list: full as long as more is to come, whatever is left out on the way, and with a cursor only then.
 * DynamoDB cuts first and filters then; so rows are read until there is one entry more than the page holds.
 */
export async function pageOf<Row, Shown>(list: Listing<Row, Shown>): Promise<{ entries: Shown[]; cursor?: string }> {
  const entries: Shown[] = [];
  let last: Row | undefined;
  let from = Cursor.open(list.cursor, list.purpose);
  let limit = Math.max(LEAST_ROWS, list.limit + 1);
  do {
    const page = await list.read({ cursor: from, limit });
    const shown = await list.show(page.data);
    for (const [index, row] of page.data.entries()) {
      const entry = shown[index];
      if (entry === undefined) continue;
      if (entries.length === list.limit && last !== undefined) {
        const cursor = Cursor.seal(list.place(last), list.purpose);
        return { entries, ...(cursor ? { cursor } : {}) };
      }
      entries.push(entry);
      last = row;
    }
    if (shown.every((entry) => entry === undefined)) limit = Math.min(2 * limit, MOST_ROWS);
    from = page.cursor;
  } while (from);
  return { entries };
}
