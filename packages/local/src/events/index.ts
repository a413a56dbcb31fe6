import type { Rule } from "@dropclip/synth/cloud";
import type { BusEvent, EventBus, EventInvoker, ExecutionStarter, QueueSender } from "../ports.ts";
import { type JsonService, json } from "../protocol/json.ts";
import { serve } from "../protocol/service.ts";
import { AwsError, type Service, type World } from "../world.ts";
import type { EventsState } from "./context.ts";
import { Deliveries } from "./deliveries.ts";
import { describeRule } from "./operations/describe-rule.ts";
import { listEventBuses } from "./operations/list-event-buses.ts";
import { listRules } from "./operations/list-rules.ts";
import { listTargetsByRule } from "./operations/list-targets-by-rule.ts";
import { putEvents } from "./operations/put-events.ts";
import { testEventPattern } from "./operations/test-event-pattern.ts";
import { compileRule } from "./rules.ts";
import { Scheduler } from "./scheduler.ts";
import { isoSeconds } from "./time.ts";

export interface EventsOptions {
  world: World;
  rules: Rule[];
  lambda: EventInvoker;
  /** Asked for at the first delivery: Step Functions needs the bus and the bus needs Step Functions. */
  states: () => ExecutionStarter;
  queues: QueueSender;
  /** At least 0, below 1: the jitter of retries. */
  random?: () => number;
}

export interface Events extends Service, EventBus {
  /** Takes up deliveries of the last run and starts the schedules. Called once all services stand. */
  start(): void;
  /** Ends retries and schedules; what is not delivered waits in the store. */
  stop(): void;
}

const EVENTS: JsonService<EventsState> = {
  name: "events",
  protocol: json({
    version: "1.1",
    target: "AWSEvents",
    unknown: (name) =>
      new AwsError("UnknownOperationException", `${name} is not part of the local cloud's EventBridge`),
  }),
  operations: {
    DescribeRule: describeRule,
    ListEventBuses: listEventBuses,
    ListRules: listRules,
    ListTargetsByRule: listTargetsByRule,
    PutEvents: putEvents,
    TestEventPattern: testEventPattern,
  },
};

/**
 * The default event bus with the graph's rules. Throws at once when a rule is one EventBridge would refuse, naming it
 * (InvalidEventPatternException, ValidationException).
 */
export function createEvents(options: EventsOptions): Events {
  const { world, rules: list, lambda, states, queues, random = Math.random } = options;
  const rules = list.map((rule) => compileRule(world, { lambda, states, queues }, rule));
  const deliveries = new Deliveries(world, rules, queues, random);
  const deliver = (matching: typeof rules, event: BusEvent) => {
    if (matching.length === 0) return;
    world.store.transaction(() => {
      for (const rule of matching) deliveries.add(rule, event);
      world.store.afterCommit(() => deliveries.dispatch());
    });
  };
  const accept = (event: BusEvent) =>
    deliver(
      rules.filter((rule) => rule.matches(event)),
      event,
    );
  const envelope = (
    source: string,
    detailType: string,
    resources: string[],
    timeMs: number,
  ): Omit<BusEvent, "detail"> => ({
    version: "0",
    id: world.uuid(),
    "detail-type": detailType,
    source,
    account: world.account,
    time: isoSeconds(timeMs),
    region: world.region,
    resources,
  });
  const scheduler = new Scheduler(world, (compiled, atMs) => {
    deliver([compiled], { ...envelope("aws.events", "Scheduled Event", [compiled.rule.arn], atMs), detail: {} });
  });
  return {
    ...serve(EVENTS, { world, rules, accept }),
    publish({ source, detailType, resources, detail }) {
      accept({ ...envelope(source, detailType, resources, world.clock.now()), detail });
    },
    start() {
      deliveries.dispatch();
      scheduler.start(rules);
    },
    stop() {
      scheduler.stop();
      deliveries.stop();
    },
  };
}
