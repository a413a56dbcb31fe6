import { type Grid, isList, isScalar, keep, map, moments, momentsOf, type Series, type Value } from "./value.ts";

/** A function of metric math. `words` are arguments such as `REPEAT`, by their place. */
type Apply = (values: Value[], words: (string | undefined)[], grid: Grid) => Value;

const SECOND_MS = 1000;

export const FUNCTIONS: Record<string, Apply> = {
  ABS: eachValue(Math.abs),
  CEIL: eachValue(Math.ceil),
  FLOOR: eachValue(Math.floor),
  LOG: eachValue(Math.log),
  LOG10: eachValue(Math.log10),
  // Those of one series are a number; those of several are one series, and a missing value counts as zero where AWS
  // says so (SUM, AVG).
  SUM: summary((values) => values.reduce((sum, value) => sum + value, 0), "zero"),
  AVG: summary((values) => values.reduce((sum, value) => sum + value, 0) / values.length, "zero"),
  MAX: summary((values) => Math.max(...values), "left out"),
  MIN: summary((values) => Math.min(...values), "left out"),
  DATAPOINT_COUNT: summary((values) => values.length, "left out"),
  METRIC_COUNT: ([value]) => many(value).length,
  FIRST: ([value]) => many(value)[0] ?? new Map(),
  LAST: ([value]) => many(value).at(-1) ?? new Map(),
  REMOVE_EMPTY: ([value]) => many(value).filter(({ size }) => size > 0),
  TIME_SERIES: ([value], _words, grid) => {
    if (value === undefined || !isScalar(value)) throw new Error("TIME_SERIES takes a number");
    return new Map(moments(grid).map((at) => [at, value]));
  },
  RATE: stepwise((value, before, seconds) => (value - before) / seconds),
  DIFF: stepwise((value, before) => value - before),
  DIFF_TIME: stepwise((_value, _before, seconds) => seconds),
  RUNNING_SUM: ([value]) =>
    eachSeries(value, (series) => {
      let sum = 0;
      return keep(
        ordered(series).map(([at, one]) => {
          sum += one;
          return [at, sum];
        }),
      );
    }),
  FILL: fill,
  IF: choose,
};

function eachValue(each: (value: number) => number): Apply {
  return ([value]) => map(need(value), each);
}

function summary(of: (values: number[]) => number, missing: "zero" | "left out"): Apply {
  return ([value]) => {
    const given = need(value);
    if (isScalar(given)) throw new Error("a number has nothing to be summed up");
    if (!isList(given)) return given.size === 0 ? 0 : of([...given.values()]);
    const valuesAt = (at: number) =>
      missing === "zero" ? given.map((series) => series.get(at) ?? 0) : given.flatMap((series) => series.get(at) ?? []);
    return keep(momentsOf(given).map((at) => [at, of(valuesAt(at))]));
  };
}

/** From each value and the one before it; the first has none. */
function stepwise(of: (value: number, before: number, seconds: number) => number): Apply {
  return ([value]) =>
    eachSeries(value, (series) => {
      const points = ordered(series);
      return keep(
        points.slice(1).map(([at, one], index) => {
          const [beforeMs, before] = points[index]!;
          return [at, of(one, before, (at - beforeMs) / SECOND_MS)];
        }),
      );
    });
}

/** FILL(m1, 0 | m2 | REPEAT | LINEAR). */
function fill([value, filler]: Value[], [, word]: (string | undefined)[], grid: Grid): Value {
  if (word !== undefined && word !== "REPEAT" && word !== "LINEAR") throw new Error(`FILL does not know ${word}`);
  if (word === undefined && (filler === undefined || isList(filler)))
    throw new Error("FILL needs a value to fill with");
  return eachSeries(value, (series) => {
    const points = ordered(series);
    const at = (ms: number): number => {
      const own = series.get(ms);
      if (own !== undefined) return own;
      if (word === undefined) return isScalar(filler!) ? filler : ((filler as Series).get(ms) ?? Number.NaN);
      const before = points.findLast(([one]) => one < ms);
      const after = points.find(([one]) => one > ms);
      if (!before || word === "REPEAT") return before?.[1] ?? Number.NaN;
      if (!after) return Number.NaN;
      return before[1] + ((after[1] - before[1]) * (ms - before[0])) / (after[0] - before[0]);
    };
    return keep(moments(grid).map((ms) => [ms, at(ms)]));
  });
}

/** IF(condition, then, else): by moment where the condition is a series; without an else the moment is dropped. */
function choose([condition, then, otherwise]: Value[]): Value {
  const given = need(condition);
  const [yes, no] = [need(then), otherwise];
  if (isList(given) || isList(yes) || (no !== undefined && isList(no))) throw new Error("IF takes no arrays");
  if (isScalar(given)) return (given !== 0 ? yes : no) ?? new Map();
  const pick = (from: number | Series | undefined, at: number, missing: number) =>
    from === undefined ? missing : isScalar(from) ? from : (from.get(at) ?? missing);
  // A value that is missing behind a true condition is zero, behind a false one it is dropped (user guide).
  return keep([...given].map(([at, one]) => [at, one !== 0 ? pick(yes, at, 0) : pick(no, at, Number.NaN)]));
}

function eachSeries(value: Value | undefined, of: (series: Series) => Series): Value {
  const given = need(value);
  if (isScalar(given)) throw new Error("a number is no time series");
  return isList(given) ? given.map(of) : of(given);
}

function many(value: Value | undefined): Series[] {
  const given = need(value);
  if (isScalar(given)) throw new Error("a number is no array of time series");
  return isList(given) ? given : [given];
}

function need(value: Value | undefined): Value {
  if (value === undefined) throw new Error("an argument is missing");
  return value;
}

const ordered = (series: Series) => [...series].sort(([a], [b]) => a - b);
