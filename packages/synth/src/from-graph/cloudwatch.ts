import type { MetricAlarm, MetricQuery, MetricStat } from "../cloud.ts";
import type { Resource } from "../graph.ts";
import { list, only, type Reader, refuse, regionOf, text } from "./reader.ts";
import { TYPE } from "./types.ts";

type Config = Record<string, any>;

const KNOWN = [
  "actionsEnabled",
  "alarmActions",
  "alarmDescription",
  "comparisonOperator",
  "datapointsToAlarm",
  "dimensions",
  "evaluateLowSampleCountPercentiles",
  "evaluationPeriods",
  "extendedStatistic",
  "insufficientDataActions",
  "metricName",
  "metricQueries",
  "name",
  "namespace",
  "okActions",
  "period",
  "statistic",
  "threshold",
  "treatMissingData",
  "unit",
];

/** An alarm of another region than the stack's says so: CloudFront's metrics are in us-east-1 only. */
export function alarms(reader: Reader): MetricAlarm[] {
  return reader.all(TYPE.metricAlarm).map((resource) => {
    const { inputs } = resource;
    only(resource, inputs, KNOWN);
    const { evaluationPeriods, alarmDescription, evaluateLowSampleCountPercentiles } = inputs;
    if (typeof inputs.threshold !== "number") throw refuse(resource, "it has no threshold");
    const actions = (key: string) =>
      list<string>(inputs[key]).map((arn) => text(reader.resolve(resource, arn, TYPE.topic), "arn"));
    return {
      name: text(resource, "name"),
      arn: text(resource, "arn"),
      region: regionOf(text(resource, "arn")),
      ...(alarmDescription ? { description: alarmDescription } : {}),
      ...(inputs.metricQueries?.length
        ? { metricQueries: inputs.metricQueries.map((config: Config) => query(resource, config)) }
        : { metricStat: metricStat(inputs) }),
      comparisonOperator: inputs.comparisonOperator,
      threshold: inputs.threshold,
      evaluationPeriods,
      datapointsToAlarm: inputs.datapointsToAlarm ?? evaluationPeriods,
      // Alarms of DynamoDB's metrics ignore missing data unless they say otherwise (CloudWatch's user guide).
      treatMissingData: inputs.treatMissingData ?? (inputs.namespace === "AWS/DynamoDB" ? "ignore" : "missing"),
      ...(evaluateLowSampleCountPercentiles
        ? { evaluateLowSampleCountPercentile: evaluateLowSampleCountPercentiles }
        : {}),
      actionsEnabled: inputs.actionsEnabled ?? true,
      alarmActions: actions("alarmActions"),
      okActions: actions("okActions"),
      insufficientDataActions: actions("insufficientDataActions"),
    };
  });
}

function query(resource: Resource, config: Config): MetricQuery {
  only(resource, config, ["id", "expression", "label", "metric", "period", "returnData"], "metricQuery ");
  const { id, expression, label, metric, period, returnData = false } = config;
  if (metric) {
    only(resource, metric, ["dimensions", "metricName", "namespace", "period", "stat", "unit"], "metricQuery metric ");
  }
  return {
    id,
    ...(expression ? { expression } : {}),
    ...(label ? { label } : {}),
    ...(metric ? { metricStat: metricStat(metric) } : {}),
    ...(period ? { periodSeconds: period } : {}),
    returnData,
  };
}

function metricStat(config: Config): MetricStat {
  const { namespace, metricName, dimensions = {}, period, stat, statistic, extendedStatistic, unit } = config;
  return {
    namespace,
    metricName,
    dimensions,
    periodSeconds: period,
    stat: stat ?? statistic ?? extendedStatistic,
    ...(unit ? { unit } : {}),
  };
}
