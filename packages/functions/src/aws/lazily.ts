const kept: (() => void)[] = [];

/** A value that is made at first use: most cold starts need few of a function's clients. */
export function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  kept.push(() => {
    made = undefined;
  });
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Drops all of them, so that they are made again. Clients keep their endpoint, and a test may use several clouds. */
export function forget(): void {
  for (const one of kept) one();
}
