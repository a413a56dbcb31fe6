/** Counts by name. */
export class Tally {
  readonly counts = new Map<string, number>();

  /** Adds one (or `by`) and returns the new count. */
  add(name: string, by = 1): number {
    const sum = (this.counts.get(name) ?? 0) + by;
    this.counts.set(name, sum);
    return sum;
  }

  /** Adds all counts of another tally, with a prefix before each name. */
  addAll(word: string, { counts }: Tally) {
    for (const [name, count] of counts) this.add(`${word} ${name}`, count);
  }

  get(name: string): number {
    return this.counts.get(name) ?? 0;
  }

  get total(): number {
    return this.values().reduce((sum, count) => sum + count, 0);
  }

  values(): number[] {
    return [...this.counts.values()];
  }

  toJSON(): Record<string, number> {
    return Object.fromEntries([...this.counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** The value that a share `q` of them does not exceed; 0 when there are none. */
export function quantile(values: number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0;
}
