/** More gain nothing on a line with 150 ms, and each is begun anew where the line breaks. */
const MOST = 4;
/** On a line where a part takes no longer, more at a time cover each other's waiting. */
const QUICK_MS = 5000;
/** On a slower line parts at a time only lose more when it breaks. */
const SLOW_MS = 20_000;

/** How many parts of a file are sent at a time, by how long the last ones took: one on a slow line. */
export function createWidth() {
  let width = 1;
  return {
    now: () => width,
    note(ms: number) {
      if (ms < QUICK_MS) width = Math.min(width + 1, MOST);
      else if (ms > SLOW_MS) width = Math.max(width - 1, 1);
    },
  };
}
export type Width = ReturnType<typeof createWidth>;
