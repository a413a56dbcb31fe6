/** Values by the moment their period begins; moments without data are missing. */
export type Series = Map<number, number>;

/** What a part of an expression amounts to. */
export type Value = number | Series | Series[];

/** The moments an expression is evaluated for, in order. */
export interface Grid {
  startMs: number;
  periodMs: number;
  count: number;
}

export const moments = ({ startMs, periodMs, count }: Grid) =>
  Array.from({ length: count }, (_, index) => startMs + index * periodMs);

export const isScalar = (value: Value): value is number => typeof value === "number";
export const isList = (value: Value): value is Series[] => Array.isArray(value);

/** Applies `each` to every value of a series, or of every series of a list; a result that is no number is dropped. */
export function map(value: Value, each: (value: number) => number): Value {
  if (isScalar(value)) return each(value);
  if (isList(value)) return value.map((series) => map(series, each) as Series);
  return keep([...value].map(([at, one]) => [at, each(one)]));
}

/**
 * Joins two values, moment by moment. Where only one of two series has a value, the other counts as zero ("Missing
 * values in a time series are treated as 0"); a division by zero is dropped.
 */
export function combine(left: Value, right: Value, join: (a: number, b: number) => number): Value {
  if (isScalar(left) && isScalar(right)) return join(left, right);
  if (isList(left) && isList(right)) {
    if (left.length !== right.length) throw new Error("arrays of different lengths cannot be joined");
    return left.map((series, index) => combine(series, right[index]!, join) as Series);
  }
  if (isList(left)) return left.map((series) => combine(series, right, join) as Series);
  if (isList(right)) return right.map((series) => combine(left, series, join) as Series);
  if (isScalar(left)) return map(right, (value) => join(left, value));
  if (isScalar(right)) return map(left, (value) => join(value, right));
  return keep(momentsOf([left, right]).map((at) => [at, join(left.get(at) ?? 0, right.get(at) ?? 0)]));
}

/** Every moment at which one of the series has a value, in order. */
export const momentsOf = (all: Series[]) =>
  [...new Set(all.flatMap((series) => [...series.keys()]))].sort((a, b) => a - b);

/** A series of the values that are numbers. */
export const keep = (values: [atMs: number, value: number][]): Series =>
  new Map(values.filter(([, value]) => Number.isFinite(value)));
