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
}

const ReasonData = v.pipe(
  v.string(),
  v.parseJson(),
  v.looseObject({ recentDatapoints: v.array(v.nullable(v.number())) }),
);

export function alarmOf(alarm: MetricAlarm, region: string): Alarm {
  const since = alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp;
  const data = v.safeParse(ReasonData, alarm.StateReasonData);
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
  };
}
