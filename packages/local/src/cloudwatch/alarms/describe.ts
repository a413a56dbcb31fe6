import type { MetricAlarm, MetricQuery, MetricStat } from "@dropclip/synth/cloud";
import { describeMetric } from "../metrics/describe.ts";
import { percentOf } from "../metrics/statistic.ts";
import type { Standing } from "./states.ts";

/** An alarm as DescribeAlarms answers it. */
export function describeAlarm(alarm: MetricAlarm, standing: Standing, createdMs: number) {
  const { metricStat, metricQueries } = alarm;
  return {
    AlarmName: alarm.name,
    AlarmArn: alarm.arn,
    AlarmDescription: alarm.description,
    AlarmConfigurationUpdatedTimestamp: new Date(createdMs),
    ActionsEnabled: alarm.actionsEnabled,
    OKActions: alarm.okActions,
    AlarmActions: alarm.alarmActions,
    InsufficientDataActions: alarm.insufficientDataActions,
    StateValue: standing.state,
    StateReason: standing.reason,
    StateReasonData: standing.reasonData || undefined,
    StateUpdatedTimestamp: new Date(standing.updatedMs),
    StateTransitionedTimestamp: new Date(standing.transitionedMs),
    ...(metricStat && plainMetric(metricStat)),
    EvaluationPeriods: alarm.evaluationPeriods,
    DatapointsToAlarm: alarm.datapointsToAlarm,
    Threshold: alarm.threshold,
    ComparisonOperator: alarm.comparisonOperator,
    TreatMissingData: alarm.treatMissingData,
    EvaluateLowSampleCountPercentile: alarm.evaluateLowSampleCountPercentile,
    Metrics: metricQueries?.map(describeQuery),
  };
}

function plainMetric(stat: MetricStat) {
  const isPercentile = percentOf(stat.stat) !== undefined;
  return {
    ...describeMetric(stat),
    ...(isPercentile ? { ExtendedStatistic: stat.stat } : { Statistic: stat.stat }),
    Period: stat.periodSeconds,
    Unit: stat.unit,
  };
}

const describeQuery = ({ id, expression, label, metricStat, returnData, periodSeconds }: MetricQuery) => ({
  Id: id,
  Expression: expression,
  Label: label,
  MetricStat: metricStat && {
    Metric: describeMetric(metricStat),
    Period: metricStat.periodSeconds,
    Stat: metricStat.stat,
    Unit: metricStat.unit,
  },
  ReturnData: returnData,
  Period: periodSeconds,
});
