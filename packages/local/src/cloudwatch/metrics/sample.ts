/** What is kept of the values of one metric in one period: enough for every statistic. */
export interface Sample {
  count: number;
  sum: number;
  minimum: number;
  maximum: number;
  /** How often each value came, for percentiles. */
  values: Map<number, number>;
}

/** Beyond so many different values of a period, they are kept to three digits: percentiles are half a percent off. */
const EXACT_VALUES = 500;
const DIGITS = 3;

export const emptySample = (): Sample => ({
  count: 0,
  sum: 0,
  minimum: Number.POSITIVE_INFINITY,
  maximum: Number.NEGATIVE_INFINITY,
  values: new Map(),
});

export function add(sample: Sample, value: number, times = 1) {
  sample.count += times;
  sample.sum += value * times;
  sample.minimum = Math.min(sample.minimum, value);
  sample.maximum = Math.max(sample.maximum, value);
  countValue(sample, value, times);
}

/** Adds what another period, or a set of statistics without its values, holds. */
export function merge(into: Sample, from: Sample) {
  into.count += from.count;
  into.sum += from.sum;
  into.minimum = Math.min(into.minimum, from.minimum);
  into.maximum = Math.max(into.maximum, from.maximum);
  for (const [value, times] of from.values) countValue(into, value, times);
}

function countValue({ values }: Sample, value: number, times: number) {
  if (values.size < EXACT_VALUES || values.has(value)) {
    values.set(value, (values.get(value) ?? 0) + times);
    return;
  }
  const rounded = Number(value.toPrecision(DIGITS));
  values.set(rounded, (values.get(rounded) ?? 0) + times);
}
