/** The rows of all pages of a query, page by page: for work that goes through a whole list. */
export async function* every<Row>(read: (cursor: string | null) => Promise<{ data: Row[]; cursor: string | null }>) {
  let cursor: string | null = null;
  do {
    const page: { data: Row[]; cursor: string | null } = await read(cursor);
    yield* page.data;
    cursor = page.cursor;
  } while (cursor);
}
