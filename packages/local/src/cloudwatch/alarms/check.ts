import type { MetricAlarm, MetricQuery } from "@dropclip/synth/cloud";
import { type Compiled, compile } from "../math/compile.ts";
import { COMPARISONS } from "./compare.ts";

const DAY_SECONDS = 24 * 60 * 60;
const WEEK_SECONDS = 7 * DAY_SECONDS;
const HOUR_SECONDS = 60 * 60;
/** "A math expression used for an alarm can include as many as 10 metrics." */
const METRICS = 10;
const ID_OF_METRIC = "m1";

/** An alarm that can be evaluated. */
export interface CheckedAlarm {
  alarm: MetricAlarm;
  queries: Compiled;
  /** Id of the query whose values the alarm watches. */
  watchedId: string;
  periodSeconds: number;
}

/** Checks an alarm as PutMetricAlarm would. Throws an Error that names it. */
export function checkAlarm(alarm: MetricAlarm): CheckedAlarm {
  try {
    const queries = queriesOf(alarm);
    const compiled = compile(alarm.region, queries);
    const watched = queries.filter(({ returnData }) => returnData);
    if (watched.length !== 1) throw new Error("exactly one of its queries must return data");
    if (compiled.metrics.length > METRICS) throw new Error(`it has more than ${METRICS} metrics`);
    const periods = new Set(queries.flatMap(({ metricStat }) => metricStat?.periodSeconds ?? []));
    const [periodSeconds = 0] = periods;
    if (periods.size !== 1) throw new Error("all its metrics must have the same period");
    checkNumbers(alarm, periodSeconds);
    return { alarm, queries: compiled, watchedId: watched[0]!.id, periodSeconds };
  } catch (error) {
    throw new Error(`alarm ${alarm.name}: ${(error as Error).message}`);
  }
}

/** A plain metric is a set of one query. */
export function queriesOf({ metricStat, metricQueries }: MetricAlarm): MetricQuery[] {
  return metricQueries ?? [{ id: ID_OF_METRIC, returnData: true, ...(metricStat && { metricStat }) }];
}

function checkNumbers(alarm: MetricAlarm, periodSeconds: number) {
  const { evaluationPeriods, datapointsToAlarm, comparisonOperator, treatMissingData } = alarm;
  if (!Object.hasOwn(COMPARISONS, comparisonOperator)) {
    throw new Error(`the comparison ${comparisonOperator} does not run locally`);
  }
  if (periodSeconds % 60 !== 0 || periodSeconds < 60) {
    throw new Error(`a period of ${periodSeconds} s does not run locally, only whole minutes`);
  }
  if (!Number.isInteger(evaluationPeriods) || evaluationPeriods < 1) throw new Error("it needs evaluation periods");
  if (!Number.isInteger(datapointsToAlarm) || datapointsToAlarm < 1 || datapointsToAlarm > evaluationPeriods) {
    throw new Error("its datapoints to alarm must be 1 to its evaluation periods");
  }
  const longest = periodSeconds >= HOUR_SECONDS ? WEEK_SECONDS : DAY_SECONDS;
  if (evaluationPeriods * periodSeconds > longest) throw new Error(`it looks back more than ${longest} s`);
  if (!["missing", "notBreaching", "breaching", "ignore"].includes(treatMissingData)) {
    throw new Error(`it cannot treat missing data as ${treatMissingData}`);
  }
}
