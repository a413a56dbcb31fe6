const kept: (() => void)[] = [];

/** A value that is made when it is first asked for: most starts of a function need few of its clients. */
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

/**
 * Has them all made anew: clients keep the endpoint they began with, and a test may talk to one cloud after another.
 */
export function forget(): void {
  for (const one of kept) one();
}
