import type { PolicyDocument } from "./policy.ts";

/** One metric with the statistic that is taken of it. */
export interface MetricStat {
  namespace: string;
  metricName: string;
  dimensions: Record<string, string>;
  periodSeconds: number;
  /** `Sum`, `Average`, `p95` … */
  stat: string;
  unit?: string;
}

/** A part of a metric math alarm: a metric, or an expression over the others' ids. */
export interface MetricQuery {
  id: string;
  expression?: string;
  metricStat?: MetricStat;
  label?: string;
  /** True for the one whose values the alarm watches. */
  returnData: boolean;
  periodSeconds?: number;
}

export interface MetricAlarm {
  name: string;
  arn: string;
  /** Where the alarm is, and whose metrics it sees: CloudFront's are in us-east-1 only. */
  region: string;
  description?: string;
  /** Either a metric or queries. */
  metricStat?: MetricStat;
  metricQueries?: MetricQuery[];
  comparisonOperator: string;
  threshold: number;
  evaluationPeriods: number;
  datapointsToAlarm: number;
  treatMissingData: "missing" | "notBreaching" | "breaching" | "ignore";
  evaluateLowSampleCountPercentile?: "evaluate" | "ignore";
  actionsEnabled: boolean;
  /** ARNs of SNS topics. */
  alarmActions: string[];
  okActions: string[];
  insufficientDataActions: string[];
}

/** A topic of SNS, to which alarms are sent. */
export interface Topic {
  name: string;
  arn: string;
  region: string;
  policy?: PolicyDocument;
  kmsMasterKeyId?: string;
  subscriptions: { protocol: string; endpoint: string }[];
}
