import type { MetricQuery, MetricStat } from "@dropclip/synth/cloud";
import { keyOf, type Metric } from "../metrics/metric.ts";
import { emptySample, merge, type Sample } from "../metrics/sample.ts";
import { percentOf, type Statistic, statisticOf } from "../metrics/statistic.ts";
import type { MetricStore } from "../metrics/store.ts";
import { evaluate, type Scope } from "./evaluate.ts";
import { type Expression, idsOf } from "./expression.ts";
import { FUNCTIONS } from "./functions.ts";
import { parse } from "./parse.ts";
import { type Grid, keep, type Series, type Value } from "./value.ts";

const ID = /^[a-z]\w*$/;

/** One query of a set, checked. */
export interface CompiledQuery {
  query: MetricQuery;
  metric?: { metric: Metric; stat: MetricStat; statistic: Statistic };
  expression?: Expression;
}

/** Queries that can be evaluated together, by their ids. */
export interface Compiled {
  byId: Map<string, CompiledQuery>;
  /** The metrics they need, each once. */
  metrics: Metric[];
}

/** Checks queries as CloudWatch does; their metrics are in `region`. Throws an Error that says what is wrong. */
export function compile(region: string, queries: MetricQuery[]): Compiled {
  const byId = new Map<string, CompiledQuery>();
  for (const query of queries) {
    const { id, expression, metricStat } = query;
    if (!ID.test(id))
      throw new Error(`the id ${id} must begin with a small letter and hold letters, digits and _ only`);
    if (byId.has(id)) throw new Error(`the id ${id} is there twice`);
    if ((expression === undefined) === (metricStat === undefined)) {
      throw new Error(`${id} must have either an expression or a metric`);
    }
    byId.set(id, metricStat ? { query, metric: metricOf(region, metricStat) } : { query, expression: read(query) });
  }
  for (const { query, expression } of byId.values()) if (expression) check(byId, query.id, expression, []);
  const metrics = new Map(
    [...byId.values()].flatMap(({ metric }) => (metric ? [[keyOf(metric.metric), metric.metric]] : [])),
  );
  return { byId, metrics: [...metrics.values()] };
}

function metricOf(region: string, stat: MetricStat) {
  const { namespace, metricName, dimensions } = stat;
  return { metric: { region, namespace, metricName, dimensions }, stat, statistic: statisticOf(stat.stat) };
}

function read({ id, expression = "" }: MetricQuery): Expression {
  try {
    return parse(expression);
  } catch (error) {
    throw new Error(`the expression of ${id} cannot be read: ${(error as Error).message}`);
  }
}

/** Every id must be there, no function unknown, and no expression may need itself. */
function check(byId: Compiled["byId"], id: string, expression: Expression, above: string[]) {
  if (above.includes(id)) throw new Error(`the expression of ${id} refers to itself`);
  for (const name of functionsOf(expression)) {
    if (name !== "METRICS" && name !== "PERIOD" && !Object.hasOwn(FUNCTIONS, name)) {
      throw new Error(`the expression of ${id} calls ${name}, which does not run locally`);
    }
  }
  for (const used of idsOf(expression)) {
    const query = byId.get(used);
    if (!query) throw new Error(`the expression of ${id} refers to ${used}, and there is none`);
    if (query.expression) check(byId, used, query.expression, [...above, id]);
  }
}

function functionsOf(expression: Expression): string[] {
  switch (expression.kind) {
    case "call":
      return [expression.name, ...expression.arguments.flatMap(functionsOf)];
    case "list":
      return expression.items.flatMap(functionsOf);
    case "negative":
      return functionsOf(expression.of);
    case "operator":
      return [...functionsOf(expression.left), ...functionsOf(expression.right)];
    default:
      return [];
  }
}

/** The values of the query of that id, at the moments of the grid. Throws an Error that says what is impossible. */
export function valuesOf(store: MetricStore, { byId }: Compiled, id: string, grid: Grid): Value {
  const known = new Map<string, Value>();
  const scope: Scope = {
    grid,
    value(one) {
      const before = known.get(one);
      if (before !== undefined) return before;
      const { metric, expression } = byId.get(one)!;
      const value = metric ? seriesOf(store, metric, grid) : evaluate(expression!, scope);
      known.set(one, value);
      return value;
    },
    metrics: (part) =>
      [...byId].filter(([one, { metric }]) => metric && one.includes(part)).map(([one]) => scope.value(one) as Series),
    periodSeconds: (one) => byId.get(one)?.metric?.stat.periodSeconds ?? grid.periodMs / 1000,
  };
  return scope.value(id);
}

function seriesOf(store: MetricStore, metric: NonNullable<CompiledQuery["metric"]>, grid: Grid): Series {
  const samples = samplesOf(store, metric.metric, grid, metric.stat.unit);
  return keep([...samples].map(([at, sample]) => [at, metric.statistic(sample) ?? Number.NaN]));
}

/** All values of each period of the grid together. */
export function samplesOf(store: MetricStore, metric: Metric, grid: Grid, unit?: string): Map<number, Sample> {
  const { startMs, periodMs, count } = grid;
  const samples = new Map<number, Sample>();
  for (const { startMs: at, sample } of store.periods(metric, startMs, startMs + periodMs * count, periodMs, unit)) {
    const moment = startMs + Math.floor((at - startMs) / periodMs) * periodMs;
    const whole = samples.get(moment) ?? emptySample();
    merge(whole, sample);
    samples.set(moment, whole);
  }
  return samples;
}

/** Percentiles that the queries take, with the metric of each. */
export const percentilesOf = ({ byId }: Compiled) =>
  [...byId.values()].flatMap(({ metric }) => {
    const percent = metric && percentOf(metric.stat.stat);
    return percent === undefined ? [] : [{ metric: metric!.metric, percent }];
  });
