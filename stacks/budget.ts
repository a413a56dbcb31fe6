import { named, options } from "./names";

/** Percent of the month's budget that has been spent, and that will have been spent by its end. */
const SPENT = 80;
const FORECAST = 100;
/** Share of the month's budget that one anomaly costs before it is told. */
const ANOMALY = 0.1;

/**
 * Tells the topic when the stage nears its budget of a month, or suddenly costs more. Both count what carries the tag
 * `sst:stage`, which someone must activate as a cost allocation tag once per account (AWS: Billing).
 */
export function budget(topic: $util.Input<string>) {
  const limit = options().budget!;
  const notification = (notificationType: string, threshold: number) => ({
    comparisonOperator: "GREATER_THAN",
    notificationType,
    threshold,
    thresholdType: "PERCENTAGE",
    subscriberSnsTopicArns: [topic],
  });
  new aws.budgets.Budget("Budget", {
    name: named("month"),
    budgetType: "COST",
    timeUnit: "MONTHLY",
    limitAmount: String(limit),
    limitUnit: "USD",
    costFilters: [{ name: "TagKeyValue", values: [`user:sst:stage$${$app.stage}`] }],
    notifications: [notification("ACTUAL", SPENT), notification("FORECASTED", FORECAST)],
  });
  const monitor = new aws.costexplorer.AnomalyMonitor("CostAnomalies", {
    name: named("cost"),
    monitorType: "CUSTOM",
    monitorSpecification: JSON.stringify({ Tags: { Key: "user:sst:stage", Values: [$app.stage] } }),
  });
  new aws.costexplorer.AnomalySubscription("CostAnomaliesTold", {
    name: named("cost"),
    // At once goes to a topic only (AWS: Cost Anomaly Detection).
    frequency: "IMMEDIATE",
    monitorArnLists: [monitor.arn],
    subscribers: [{ type: "SNS", address: topic }],
    thresholdExpression: {
      dimension: {
        key: "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
        matchOptions: ["GREATER_THAN_OR_EQUAL"],
        values: [String(limit * ANOMALY)],
      },
    },
  });
}
