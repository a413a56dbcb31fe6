import type { MetricAlarm } from "@dropclip/synth/cloud";
import type { AlarmNotifier, EventBus } from "../../ports.ts";
import type { World } from "../../world.ts";
import type { AlarmState } from "./decide.ts";
import { changeDetail } from "./event.ts";
import { longTime } from "./reason.ts";
import type { AlarmStates, Standing } from "./states.ts";

export interface ChangeParts {
  world: World;
  bus: EventBus;
  topics: AlarmNotifier;
  states: AlarmStates;
}

/** Gives an alarm the state that was found. A new state is told to the bus and the topics, the same one to nobody. */
export class Changes {
  readonly #parts: ChangeParts;

  constructor(parts: ChangeParts) {
    this.#parts = parts;
  }

  /** Durable when it returns, the event included. `reason` is asked for only where the state is new. */
  apply(alarm: MetricAlarm, state: AlarmState, reason: () => Pick<Standing, "reason" | "reasonData">) {
    const { world, states } = this.#parts;
    const before = states.of(alarm);
    if (before.state === state) return;
    const nowMs = world.clock.now();
    const after = { state, ...reason(), updatedMs: nowMs, transitionedMs: nowMs };
    world.store.transaction(() => {
      states.set(alarm, after);
      this.#tell(alarm, before, after);
    });
    this.#act(alarm, after);
  }

  #tell(alarm: MetricAlarm, before: Standing, after: Standing) {
    const { world, bus, states } = this.#parts;
    states.remember({
      alarm: alarm.name,
      region: alarm.region,
      atMs: after.updatedMs,
      type: "StateUpdate",
      summary: `Alarm updated from ${before.state} to ${after.state}`,
      data: JSON.stringify({
        version: "1.0",
        oldState: { stateValue: before.state, stateReason: before.reason },
        newState: { stateValue: after.state, stateReason: after.reason },
      }),
    });
    world.log({
      service: "cloudwatch",
      // That an alarm has seen its first data is no news to anybody.
      level: isTrouble(alarm, after.state) ? "warn" : before.state === "ALARM" ? "info" : "debug",
      message: `alarm ${alarm.name} is ${after.state}: ${after.reason}`,
      alarm: alarm.name,
      state: after.state,
    });
    // The bus of another region is not part of the local cloud.
    if (alarm.region !== world.region) return;
    bus.publish({
      source: "aws.cloudwatch",
      detailType: "CloudWatch Alarm State Change",
      resources: [alarm.arn],
      detail: changeDetail(alarm, before, after),
    });
  }

  #act(alarm: MetricAlarm, after: Standing) {
    const { states, topics } = this.#parts;
    if (!alarm.actionsEnabled) return;
    const actions = {
      ALARM: alarm.alarmActions,
      OK: alarm.okActions,
      INSUFFICIENT_DATA: alarm.insufficientDataActions,
    };
    for (const topicArn of actions[after.state]) {
      const failure = topics.notify(topicArn, { alarm, state: after.state, reason: after.reason });
      const summary = failure
        ? `Failed to execute action ${topicArn}. Received error: "${failure}"`
        : `Successfully executed action ${topicArn}`;
      const data = JSON.stringify({ actionState: failure ? "Failed" : "Succeeded", at: longTime(after.updatedMs) });
      const { name, region } = alarm;
      states.remember({ alarm: name, region, atMs: after.updatedMs, type: "Action", summary, data });
    }
  }
}

/** That data are missing is trouble where the alarm is to tell of it. */
const isTrouble = ({ insufficientDataActions }: MetricAlarm, state: AlarmState) =>
  state === "ALARM" || (state === "INSUFFICIENT_DATA" && insufficientDataActions.length > 0);
