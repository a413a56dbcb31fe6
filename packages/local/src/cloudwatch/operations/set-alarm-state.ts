import { AwsError } from "../../world.ts";
import type { AlarmState } from "../alarms/decide.ts";
import { alarmsOf, authorizeAlarm, type Operation } from "../context.ts";
import { invalidValue, optionalText, text } from "../input.ts";

const STATES = ["OK", "ALARM", "INSUFFICIENT_DATA"];
const REASON_LENGTH = 1023;
const DATA_LENGTH = 4000;

/**
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SetAlarmState.html: the state lasts until the
 * next evaluation finds another.
 */
export const setAlarmState: Operation = (state, input, call) => {
  const name = text(input, "AlarmName");
  authorizeAlarm(state, call, "SetAlarmState", name);
  const value = text(input, "StateValue");
  if (!STATES.includes(value)) throw invalidValue("StateValue", value);
  const reason = text(input, "StateReason", REASON_LENGTH);
  const reasonData = optionalText(input, "StateReasonData", DATA_LENGTH) ?? "";
  if (reasonData !== "") checkJson(reasonData);
  const found = alarmsOf(state, call).find(({ alarm }) => alarm.name === name);
  if (!found) throw new AwsError("ResourceNotFound", `There is no alarm ${name}`, 404);
  state.changes.apply(found.alarm, value as AlarmState, () => ({ reason, reasonData }));
  state.evaluator.forget(found.alarm);
  return {};
};

function checkJson(data: string) {
  try {
    JSON.parse(data);
  } catch {
    throw new AwsError("InvalidFormat", "StateReasonData is not JSON.");
  }
}
