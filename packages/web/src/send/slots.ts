/** Lets so many things be done at a time; the others wait for their turn, those that came first go first. */
export function createSlots(count: number) {
  let free = count;
  const waiting: (() => void)[] = [];
  return async <T>(signal: AbortSignal, act: () => Promise<T>): Promise<T> => {
    if (free > 0) free--;
    else await new Promise<void>((turn) => waiting.push(turn));
    try {
      signal.throwIfAborted();
      return await act();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}
export type Slots = ReturnType<typeof createSlots>;
