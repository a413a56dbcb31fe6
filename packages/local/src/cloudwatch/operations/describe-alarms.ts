import type { MetricAlarm } from "@dropclip/synth/cloud";
import { AwsError } from "../../world.ts";
import { describeAlarm } from "../alarms/describe.ts";
import { alarmsOf, authorizeAlarm, type Operation } from "../context.ts";
import { invalidValue, list, optionalText, page, whole } from "../input.ts";

const NAMES = 100;
const STATES = ["OK", "ALARM", "INSUFFICIENT_DATA"];
const ALL = "*";

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
export const describeAlarms: Operation = (state, input, call) => {
  const names: unknown[] = list(input, "AlarmNames");
  for (const name of names.length > 0 ? names : [ALL]) authorizeAlarm(state, call, "DescribeAlarms", String(name));
  if (names.length > NAMES) throw invalidValue("AlarmNames", names.length, `At most ${NAMES} are possible.`);
  const prefix = optionalText(input, "AlarmNamePrefix");
  if (prefix !== undefined && names.length > 0) {
    const message = "The parameters AlarmNames and AlarmNamePrefix exclude each other.";
    throw new AwsError("InvalidParameterCombinationException", message);
  }
  const value = optionalText(input, "StateValue");
  if (value !== undefined && !STATES.includes(value)) throw invalidValue("StateValue", value);
  const action = optionalText(input, "ActionPrefix", 1024);
  const types: unknown[] = list(input, "AlarmTypes");
  for (const family of ["ChildrenOfAlarmName", "ParentsOfAlarmName"]) {
    if (input[family] === undefined) continue;
    throw new AwsError("UnsupportedOperation", `DescribeAlarms' ${family} does not run locally.`, 501);
  }
  const most = whole(input, "MaxRecords", 1, 100, 50);
  const fits = (alarm: MetricAlarm) =>
    (names.length === 0 || names.includes(alarm.name)) &&
    alarm.name.startsWith(prefix ?? "") &&
    (value === undefined || state.states.of(alarm).state === value) &&
    (action === undefined || actionsOf(alarm).some((arn) => arn.startsWith(action)));
  const found = alarmsOf(state, call)
    .map(({ alarm }) => alarm)
    .filter(fits)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const wanted = types.length === 0 || types.includes("MetricAlarm") ? found : [];
  const { items, ...next } = page(wanted, most, input.NextToken);
  return {
    MetricAlarms: items.map((alarm) => describeAlarm(alarm, state.states.of(alarm), state.startedAtMs)),
    CompositeAlarms: [],
    ...next,
  };
};

const actionsOf = ({ alarmActions, okActions, insufficientDataActions }: MetricAlarm) => [
  ...alarmActions,
  ...okActions,
  ...insufficientDataActions,
];
