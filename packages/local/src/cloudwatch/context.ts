import type { JsonOperation } from "../protocol/json.ts";
import type { Settings } from "../settings.ts";
import type { Call, World } from "../world.ts";
import type { Changes } from "./alarms/change.ts";
import type { CheckedAlarm } from "./alarms/check.ts";
import type { Evaluator } from "./alarms/evaluator.ts";
import type { AlarmStates } from "./alarms/states.ts";
import type { Metrics } from "./metrics/sink.ts";

/** What the operations work on. */
export interface CloudWatchState {
  world: World;
  metrics: Metrics;
  alarms: CheckedAlarm[];
  states: AlarmStates;
  changes: Changes;
  evaluator: Evaluator;
  settings: Settings;
  startedAtMs: number;
}

export type Operation = JsonOperation<CloudWatchState>;

/** Asks for `cloudwatch:{action}` where AWS lists no resource that the policy must name. */
export function authorize({ world }: CloudWatchState, call: Call, action: string, keys: Record<string, string> = {}) {
  world.authorize(call.principal, `cloudwatch:${action}`, "*", keys);
}

/** The same on an alarm of the call's region; `*` for all. */
export function authorizeAlarm({ world }: CloudWatchState, call: Call, action: string, name: string) {
  const arn = `arn:aws:cloudwatch:${call.region}:${world.account}:alarm:${name}`;
  world.authorize(call.principal, `cloudwatch:${action}`, arn);
}

/** The alarms of the region that the call is for. */
export const alarmsOf = ({ alarms }: CloudWatchState, { region }: Call) =>
  alarms.filter(({ alarm }) => alarm.region === region);
