import type { Rule } from "@dropclip/synth/cloud";
import type { EventInvoker } from "../lambda/index.ts";
import type { QueueSender } from "../sqs/index.ts";
import { AwsError, type BusEvent, type EventBus, type ExecutionStarter, type Service, type World } from "../world.ts";
import type { Operation } from "./api/operation.ts";
import { putEvents } from "./api/put-events.ts";
import { describeRule, listRules, listTargetsByRule } from "./api/rules.ts";
import { testEventPattern } from "./api/test-event-pattern.ts";
import { fail, parse, send } from "./call.ts";
import { Deliveries } from "./deliveries.ts";
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

const OPERATIONS: Record<string, Operation> = {
  PutEvents: putEvents,
  TestEventPattern: testEventPattern,
  ListRules: listRules,
  DescribeRule: describeRule,
  ListTargetsByRule: listTargetsByRule,
};

const TARGET = "AWSEvents.";

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
    name: "events",
    async handle(call) {
      const target = String(call.request.headers["x-amz-target"] ?? "");
      const name = target.startsWith(TARGET) ? target.slice(TARGET.length) : target;
      if (!Object.hasOwn(OPERATIONS, name)) {
        throw new AwsError("UnknownOperationException", `${name} is not part of the local cloud's EventBridge`, 400);
      }
      send(call, 200, await OPERATIONS[name]!({ world, rules, accept }, parse(call.body), call));
    },
    fail,
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
