import type { Span } from "./range.ts";

/** Which bytes of a sparse file are there: disjoint spans in order. */
export class Intervals {
  #spans: Span[] = [];

  /** Marks the span as present and returns how many of its bytes are new. */
  add({ start, end }: Span): number {
    if (start >= end) return 0;
    const before = this.bytes;
    const apart = this.#spans.filter((span) => span.end < start || span.start > end);
    const joined = this.#spans.filter((span) => span.end >= start && span.start <= end);
    const merged = {
      start: Math.min(start, ...joined.map((span) => span.start)),
      end: Math.max(end, ...joined.map((span) => span.end)),
    };
    this.#spans = [...apart, merged].sort((a, b) => a.start - b.start);
    return this.bytes - before;
  }

  /** How many bytes are present from `at` on without a gap. */
  from(at: number): number {
    const span = this.#spans.find(({ start, end }) => start <= at && at < end);
    return span ? span.end - at : 0;
  }

  get bytes(): number {
    return this.#spans.reduce((sum, { start, end }) => sum + end - start, 0);
  }
}
