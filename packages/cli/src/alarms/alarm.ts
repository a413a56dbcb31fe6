import type { MetricAlarm, StateValue } from "@aws-sdk/client-cloudwatch";
import * as v from "valibot";

/** An alarm as the command shows it. */
export interface Alarm {
  name: string;
  region: string;
  state: StateValue;
  /** Since when, ISO 8601. */
  since?: string;
  /** The newest value that the state rests on. */
  value?: number;
  threshold?: number;
  comparison?: string;
  reason?: string;
  description?: string;
  /** How long an alarm that tells of missing data may be without any, in milliseconds. */
  silentMs?: number;
}

/**
 * Whether something is wrong: it is in ALARM, or has been without the data that it should have for as long as it looks
 * back. A new one is without any at first, and that is nothing wrong.
 */
export const isRaised = ({ state, since, silentMs }: Alarm, now: number): boolean =>
  state === "ALARM" ||
  (state === "INSUFFICIENT_DATA" &&
    silentMs !== undefined &&
    since !== undefined &&
    now - Date.parse(since) >= silentMs);

const ReasonData = v.pipe(
  v.string(),
  v.parseJson(),
  v.looseObject({ recentDatapoints: v.array(v.nullable(v.number())) }),
);

export function alarmOf(alarm: MetricAlarm, region: string): Alarm {
  const since = alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp;
  const data = v.safeParse(ReasonData, alarm.StateReasonData);
  const { Period = 0, EvaluationPeriods = 0, InsufficientDataActions = [] } = alarm;
  const value = data.success ? data.output.recentDatapoints.at(-1) : undefined;
  return {
    name: alarm.AlarmName!,
    region,
    state: alarm.StateValue!,
    ...(since && { since: since.toISOString() }),
    ...(typeof value === "number" && { value }),
    ...(alarm.Threshold !== undefined && { threshold: alarm.Threshold }),
    ...(alarm.ComparisonOperator && { comparison: alarm.ComparisonOperator }),
    ...(alarm.StateReason && { reason: alarm.StateReason }),
    ...(alarm.AlarmDescription && { description: alarm.AlarmDescription }),
    ...(InsufficientDataActions.length > 0 && { silentMs: 1000 * Period * EvaluationPeriods }),
  };
}
