import type { MetricAlarm, MetricQuery } from "@dropclip/synth/cloud";
import { queriesOf } from "./check.ts";
import { longTime } from "./reason.ts";
import type { Standing } from "./states.ts";

/**
 * The detail of "CloudWatch Alarm State Change" (CloudWatch user guide, "Alarm events and EventBridge").
 */
export function changeDetail(alarm: MetricAlarm, before: Standing, after: Standing): Record<string, unknown> {
  return {
    alarmName: alarm.name,
    configuration: {
      ...(alarm.description === undefined ? {} : { description: alarm.description }),
      metrics: queriesOf(alarm).map(metric),
    },
    previousState: standing(before),
    state: standing(after),
  };
}

function metric({ id, expression, label, metricStat, returnData }: MetricQuery) {
  return {
    ...(expression === undefined ? {} : { expression }),
    id,
    ...(label === undefined ? {} : { label }),
    ...(metricStat && {
      metricStat: {
        metric: {
          dimensions: metricStat.dimensions,
          name: metricStat.metricName,
          namespace: metricStat.namespace,
        },
        period: metricStat.periodSeconds,
        stat: metricStat.stat,
        ...(metricStat.unit === undefined ? {} : { unit: metricStat.unit }),
      },
    }),
    returnData,
  };
}

function standing({ state, reason, reasonData, updatedMs }: Standing) {
  return {
    reason,
    ...(reasonData === "" ? {} : { reasonData }),
    timestamp: longTime(updatedMs),
    value: state,
  };
}
