import type { MetricAlarm } from "@dropclip/synth/cloud";
import type { Grid, Series } from "../math/value.ts";
import { COMPARISONS } from "./compare.ts";
import type { AlarmState } from "./decide.ts";

const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;

/** `50.0`, `0.25`: numbers as CloudWatch writes them in its reasons. */
const decimal = (value: number) => (Number.isInteger(value) ? value.toFixed(1) : String(value));

/** `02/10/19 16:59:00` */
function shortTime(ms: number): string {
  const [year = "", month, day, time] = new Date(ms).toISOString().split(/[-T.]/);
  return `${day}/${month}/${year.slice(2)} ${time}`;
}

/** `2019-10-02T16:59:00.000+0000` */
export const longTime = (ms: number) => new Date(ms).toISOString().replace("Z", "+0000");

/** In the words of CloudWatch, as its events and mails have them. */
export function reasonOf(alarm: MetricAlarm, state: AlarmState, values: Series): string {
  const { evaluationPeriods, datapointsToAlarm, comparisonOperator, threshold, treatMissingData } = alarm;
  if (state === "INSUFFICIENT_DATA") {
    const missing = evaluationPeriods - values.size;
    return `Insufficient Data: ${plural(missing, "datapoint")} ${missing === 1 ? "was" : "were"} unknown.`;
  }
  const { breaches, words } = COMPARISONS[comparisonOperator]!;
  const recent = [...values].sort(([a], [b]) => b - a).slice(0, evaluationPeriods);
  const counted = recent.filter(([, value]) => breaches(value, threshold) === (state === "ALARM"));
  const missing = evaluationPeriods - recent.length;
  const treated = treatMissingData === "breaching" ? "Breaching" : "NonBreaching";
  const filled = `${plural(missing, "missing datapoint")} ${missing === 1 ? "was" : "were"} treated as [${treated}]`;
  if (recent.length === 0) {
    return `Threshold Crossed: no datapoints were received for ${plural(evaluationPeriods, "period")} and ${filled}.`;
  }
  const shown = counted.map(([at, value]) => `${decimal(value)} (${shortTime(at)})`).join(", ");
  const verb = counted.length === 1 ? "was" : "were";
  const least = state === "ALARM" ? datapointsToAlarm : evaluationPeriods - datapointsToAlarm + 1;
  const transition = state === "ALARM" ? "OK -> ALARM" : "ALARM -> OK";
  return [
    `Threshold Crossed: ${counted.length} out of the last ${plural(recent.length, "datapoint")} [${shown}] ${verb}`,
    `${state === "ALARM" ? "" : "not "}${words} the threshold (${decimal(threshold)})`,
    `(minimum ${plural(least, "datapoint")} for ${transition} transition).`,
  ].join(" ");
}

/** What the reason rests on, as JSON text. */
export function reasonData(alarm: MetricAlarm, nowMs: number, grid: Grid, values: Series): string {
  const recent = [...values].sort(([a], [b]) => a - b).slice(-alarm.evaluationPeriods);
  const startMs = recent[0]?.[0];
  return JSON.stringify({
    version: "1.0",
    queryDate: longTime(nowMs),
    ...(startMs === undefined ? {} : { startDate: longTime(startMs) }),
    ...(alarm.metricStat ? { statistic: alarm.metricStat.stat } : {}),
    period: grid.periodMs / 1000,
    recentDatapoints: recent.map(([, value]) => value),
    threshold: alarm.threshold,
  });
}
