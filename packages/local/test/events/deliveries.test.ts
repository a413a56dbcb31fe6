import type { Rule, RuleTarget } from "@dropclip/synth/cloud";
import { afterEach, describe, expect, it } from "vitest";
import { createEvents, type Events } from "../../src/events/index.ts";
import { createSqs, type Sqs } from "../../src/sqs/index.ts";
import { AwsError } from "../../src/world.ts";
import { freeze } from "../disk/trouble.ts";
import { iamOf } from "../iam/support.ts";
import { ACCOUNT, REGION, type TestWorld, testWorld } from "../lambda/support.ts";

const FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:f`;
const MACHINE = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:m`;
const DLQ = `arn:aws:sqs:${REGION}:${ACCOUNT}:dead`;
const QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT}:live`;
const RULE = `arn:aws:events:${REGION}:${ACCOUNT}:rule/r`;

const queue = (arn: string) => ({
  name: arn.split(":").at(-1)!,
  arn,
  url: "",
  visibilityTimeoutSeconds: 30,
  messageRetentionSeconds: 1_209_600,
});

function target(more: Partial<RuleTarget> = {}): RuleTarget {
  return { id: "t", arn: FUNCTION, maximumEventAgeSeconds: 7200, maximumRetryAttempts: 3, deadLetterArn: DLQ, ...more };
}

function rule(targets: RuleTarget[], more: Partial<Rule> = {}): Rule {
  return { name: "r", arn: RULE, enabled: true, pattern: { source: ["my.app"] }, targets, ...more };
}

/** What targets are given, and what they answer: an error to throw for each delivery, undefined to take it. */
interface Setup {
  world: TestWorld;
  events: Events;
  sqs: Sqs;
  taken: { arn: string; input: any }[];
  answers: (Error | undefined)[];
  publish(detail?: Record<string, unknown>): void;
  dead(): { body: any; attributes: Record<string, string> }[];
}

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

function setup(rules: Rule[], world = testWorld()): Setup {
  const taken: Setup["taken"] = [];
  const answers: Setup["answers"] = [];
  const take = (arn: string, input: string) => {
    const answer = answers.shift();
    if (answer) throw answer;
    taken.push({ arn, input: JSON.parse(input) });
  };
  const sqs = createSqs({ world, queues: [queue(DLQ), queue(QUEUE)] });
  const events = createEvents({
    world,
    rules,
    queues: sqs,
    lambda: {
      enqueue(name, payload) {
        take(name, payload);
        return { requestId: "request" };
      },
    },
    states: () => ({
      start(arn, input) {
        take(arn, input);
        return { executionArn: `${arn}:1` };
      },
    }),
  });
  events.start();
  open.push(() => {
    events.stop();
    sqs.stop();
    world.close();
  });
  const dead = () =>
    world.store
      .all<{ body: string; attributes: string }>("SELECT * FROM sqs_messages WHERE queue = ?", DLQ)
      .map((row) => ({
        body: JSON.parse(row.body),
        attributes: Object.fromEntries(
          Object.entries<any>(JSON.parse(row.attributes)).map(([name, { StringValue }]) => [name, StringValue]),
        ),
      }));
  const publish = (detail = {}) =>
    events.publish({ source: "my.app", detailType: "Test", resources: ["arn:x"], detail });
  return { world, events, sqs, taken, answers, publish, dead };
}

const overloaded = () => new AwsError("ServiceException", "overloaded", 500);
const MINUTE = 60_000;

describe("a published event", () => {
  it("reaches every target of every rule it matches, in EventBridge's envelope", async () => {
    const { world, publish, taken } = setup([
      rule([target(), target({ id: "m", arn: MACHINE, roleArn: "arn:aws:iam::123456789012:role/starter" })]),
      rule([target({ id: "part", inputPath: "$.detail.n" })], { name: "part", pattern: { detail: { n: [1] } } }),
      rule([target()], { name: "other", pattern: { source: ["other"] } }),
      rule([target()], { name: "off", enabled: false }),
    ]);
    publish({ n: 1 });
    await world.clock.advance(0);
    expect(taken.map(({ arn }) => arn)).toEqual([FUNCTION, MACHINE, FUNCTION]);
    expect(taken[0]!.input).toEqual({
      version: "0",
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      "detail-type": "Test",
      source: "my.app",
      account: ACCOUNT,
      time: "2026-01-02T03:04:05Z",
      region: REGION,
      resources: ["arn:x"],
      detail: { n: 1 },
    });
    expect(taken[2]!.input).toBe(1);
    const invoke = `lambda:InvokeFunction ${FUNCTION}`;
    expect(world.asked).toEqual([invoke, `states:StartExecution ${MACHINE}`, invoke]);
  });
  it("reaches a queue as a message", async () => {
    const { world, publish } = setup([rule([target({ arn: QUEUE })])]);
    publish({ n: 7 });
    await world.clock.advance(0);
    const message = world.store.get<{ body: string }>("SELECT body FROM sqs_messages WHERE queue = ?", QUEUE);
    expect(JSON.parse(message!.body).detail).toEqual({ n: 7 });
    expect(world.asked).toEqual([`sqs:SendMessage ${QUEUE}`]);
  });
  it("waits for room on a full disk, without an attempt counted or an event lost", async () => {
    const { world, publish, taken } = setup([rule([target({ arn: QUEUE, maximumRetryAttempts: 0 })])]);
    const messages = () => world.store.all("SELECT id FROM sqs_messages");
    publish({ long: "x".repeat(100_000) });
    const thaw = freeze(world.store);
    await world.clock.advance(60 * MINUTE);
    expect(messages()).toEqual([]);
    expect(world.store.all("SELECT retries FROM events_deliveries")).toEqual([{ retries: 0 }]);
    expect(world.logs.filter(({ level }) => level !== "debug")).toEqual([]);
    thaw();
    await world.clock.advance(MINUTE);
    expect(messages()).toHaveLength(1);
    expect(taken).toEqual([]);
  });
  it("is gone when the transaction that published it is rolled back", async () => {
    const { world, publish, taken } = setup([rule([target()])]);
    const failing = () =>
      world.store.transaction(() => {
        publish();
        throw new Error("no");
      });
    expect(failing).toThrow("no");
    await world.clock.advance(MINUTE);
    expect(taken).toEqual([]);
  });
  it("is delivered after a restart when it was only published", async () => {
    const first = testWorld();
    const before = setup([rule([target()])], first);
    before.events.stop();
    before.publish({ n: 2 });
    await first.clock.advance(0);
    expect(before.taken).toEqual([]);
    const after = setup([rule([target()])], { ...first, close: () => undefined });
    await first.clock.advance(0);
    expect(after.taken.map(({ input }) => input.detail)).toEqual([{ n: 2 }]);
  });
  it("is handed over once however many come at once", async () => {
    const { world, events, taken } = setup([rule([target()])]);
    world.store.transaction(() => {
      for (let n = 0; n < 1_000; n++) {
        events.publish({ source: "my.app", detailType: "Test", resources: [], detail: { n } });
      }
    });
    while (taken.length < 1_000) await world.clock.advance(0);
    expect(new Set(taken.map(({ input }) => input.detail.n)).size).toBe(1_000);
    expect(world.store.get("SELECT count(*) AS left FROM events_deliveries")).toEqual({ left: 0 });
  });
});

describe("a delivery the target cannot take", () => {
  it("is tried again, later each time, until it is taken", async () => {
    const { world, publish, taken, answers, dead } = setup([rule([target()])]);
    answers.push(overloaded(), overloaded());
    publish();
    await world.clock.advance(0);
    const starts = [world.clock.now()];
    while (taken.length === 0 && (await world.clock.skip())) starts.push(world.clock.now());
    const waits = starts.slice(1).map((at, index) => at - starts[index]!);
    expect(waits).toHaveLength(2);
    expect(waits[0]).toBeGreaterThanOrEqual(500);
    expect(waits[0]).toBeLessThanOrEqual(1_001);
    expect(waits[1]).toBeGreaterThanOrEqual(1_000);
    expect(waits[1]).toBeLessThanOrEqual(2_001);
    expect(dead()).toEqual([]);
  });
  it("goes to the dead-letter queue when its attempts are used up", async () => {
    const { world, publish, taken, answers, dead } = setup([rule([target({ inputPath: "$.detail" })])]);
    answers.push(overloaded(), overloaded(), overloaded(), overloaded());
    publish({ n: 1 });
    await world.clock.advance(10 * MINUTE);
    expect(taken).toEqual([]);
    expect(dead()).toEqual([
      {
        body: expect.objectContaining({ source: "my.app", detail: { n: 1 } }),
        attributes: {
          RULE_ARN: RULE,
          TARGET_ARN: FUNCTION,
          ERROR_CODE: "ERROR_FROM_TARGET",
          ERROR_MESSAGE: "overloaded",
          RETRY_ATTEMPTS: "3",
          EXHAUSTED_RETRY_CONDITION: "MaximumRetryAttempts",
        },
      },
    ]);
    expect(world.asked.at(-1)).toBe(`sqs:SendMessage ${DLQ}`);
    expect(new Set(world.asked.slice(0, -1))).toEqual(new Set([`lambda:InvokeFunction ${FUNCTION}`]));
  });
  it("goes to the dead-letter queue when the event is too old", async () => {
    const policy = { maximumRetryAttempts: 185, maximumEventAgeSeconds: 60 };
    const { world, publish, answers, dead } = setup([rule([target(policy)])]);
    answers.push(...Array.from({ length: 200 }, overloaded));
    publish();
    await world.clock.advance(2 * MINUTE);
    expect(dead()).toMatchObject([{ attributes: { EXHAUSTED_RETRY_CONDITION: "MaximumEventAgeInSeconds" } }]);
    expect(answers.length).toBeGreaterThan(190);
  });
  it.each([
    ["AccessDeniedException", 403, "NO_PERMISSIONS"],
    ["StateMachineDoesNotExist", 400, "NO_RESOURCE"],
    ["InvalidRequestContentException", 400, "INVALID_JSON"],
    ["RequestEntityTooLargeException", 413, "INVALID_PARAMETER"],
  ])("for %s is not tried again", async (code, status, reason) => {
    const { world, publish, answers, dead } = setup([rule([target()])]);
    answers.push(new AwsError(code, "never", status));
    publish();
    await world.clock.advance(0);
    expect(dead()).toMatchObject([{ attributes: { ERROR_CODE: reason, ERROR_MESSAGE: "never", RETRY_ATTEMPTS: "0" } }]);
    expect(dead()[0]!.attributes).not.toHaveProperty("EXHAUSTED_RETRY_CONDITION");
  });
  it("is not tried again when the rule's role may not start the machine", async () => {
    const { world, publish, dead } = setup([
      rule([target({ arn: MACHINE, roleArn: "arn:aws:iam::123456789012:role/x" })]),
    ]);
    world.denied.add("states:StartExecution");
    publish();
    await world.clock.advance(0);
    expect(dead()[0]!.attributes).toMatchObject({
      ERROR_CODE: "NO_PERMISSIONS",
      ERROR_MESSAGE: expect.stringContaining("assumed-role/x/r is not authorized to perform: states:StartExecution"),
    });
  });
  it("is not tried again when its function permits other rules only", async () => {
    const iam = iamOf({
      functions: [{ name: "f", arn: FUNCTION } as any],
      permissions: [
        { functionArn: FUNCTION, principal: "events.amazonaws.com", action: "lambda:InvokeFunction", sourceArn: RULE },
      ],
    });
    const world = testWorld();
    const { authorize } = world;
    world.authorize = (caller, action, resource) => {
      if (action === "lambda:InvokeFunction") iam.authorize(caller, action, resource);
      else authorize(caller, action, resource);
    };
    const another = { name: "r2", arn: `${RULE}2` };
    const { publish, taken, dead } = setup([rule([target()]), rule([target()], another)], world);
    publish();
    await world.clock.advance(0);
    expect(taken).toHaveLength(1);
    expect(dead()).toMatchObject([{ attributes: { ERROR_CODE: "NO_PERMISSIONS", RULE_ARN: another.arn } }]);
  });
  it("is dropped with an error in the log when there is no dead-letter queue, or none it may use", async () => {
    const { world, publish, answers } = setup([rule([target({ deadLetterArn: undefined }), target({ id: "u" })])]);
    world.denied.add("sqs:SendMessage");
    answers.push(
      new AwsError("ResourceNotFoundException", "gone", 404),
      new AwsError("ResourceNotFoundException", "gone", 404),
    );
    publish();
    await world.clock.advance(0);
    const errors = world.logs.filter(({ level }) => level === "error").map(({ message }) => message);
    expect(errors).toEqual([expect.stringContaining("is dropped"), expect.stringContaining("is dropped")]);
    expect(world.store.get("SELECT count(*) AS left FROM events_deliveries")).toEqual({ left: 0 });
  });
  it("does not hold up other deliveries", async () => {
    const { world, publish, taken, answers } = setup([rule([target()])]);
    answers.push(overloaded());
    publish({ n: 1 });
    publish({ n: 2 });
    await world.clock.advance(0);
    expect(taken.map(({ input }) => input.detail.n)).toEqual([2]);
    publish({ n: 3 });
    await world.clock.advance(0);
    expect(taken.map(({ input }) => input.detail.n)).toEqual([2, 3]);
    await world.clock.advance(MINUTE);
    expect(taken.map(({ input }) => input.detail.n)).toEqual([2, 3, 1]);
  });
});

describe("a scheduled rule", () => {
  const hourly = rule([target()], { pattern: undefined, schedule: "rate(1 hour)" });

  it("that comes due on a full disk fires once there is room", async () => {
    const targets = Array.from({ length: 30 }, (_, n) => target({ id: `t${n}` }));
    const { world, taken } = setup([{ ...hourly, targets }]);
    await world.clock.advance(0);
    const thaw = freeze(world.store);
    await world.clock.advance(90 * MINUTE);
    expect(taken).toEqual([]);
    thaw();
    await world.clock.advance(MINUTE);
    expect(taken).toHaveLength(30);
    await world.clock.advance(60 * MINUTE);
    expect(taken).toHaveLength(60);
  });

  it("sends its targets a Scheduled Event each time", async () => {
    const { world, taken } = setup([hourly]);
    await world.clock.advance(150 * MINUTE);
    expect(taken.map(({ input }) => input)).toMatchObject([
      {
        source: "aws.events",
        "detail-type": "Scheduled Event",
        resources: [RULE],
        time: "2026-01-02T04:04:05Z",
        detail: {},
      },
      { time: "2026-01-02T05:04:05Z" },
    ]);
  });
  it("fires once after a restart for all it missed, then at its times", async () => {
    const first = testWorld();
    const before = setup([hourly], first);
    await first.clock.advance(MINUTE);
    before.events.stop();
    await first.clock.advance(10 * 60 * MINUTE);
    const after = setup([hourly], { ...first, close: () => undefined });
    await first.clock.advance(0);
    expect(after.taken).toHaveLength(1);
    await first.clock.advance(60 * MINUTE);
    expect(after.taken).toHaveLength(2);
  });
  it("does nothing while it is disabled", async () => {
    const { world, taken } = setup([{ ...hourly, enabled: false }]);
    await world.clock.advance(150 * MINUTE);
    expect(taken).toEqual([]);
  });
});

describe("createEvents", () => {
  it.each<[string, Rule, string]>([
    ["a pattern", rule([], { name: "bad", pattern: { source: "x" } }), "rule bad: Event pattern is not valid"],
    [
      "a schedule",
      rule([], { name: "bad", pattern: undefined, schedule: "hourly" }),
      "rule bad: Parameter ScheduleExpression",
    ],
    [
      "a target",
      rule([target({ arn: "arn:aws:sns:us-east-1:1:t" })], { name: "bad" }),
      "rule bad: the target arn:aws:sns",
    ],
    ["an input path", rule([target({ inputPath: "x" })], { name: "bad" }), "rule bad: the path x"],
  ])("refuses %s EventBridge would refuse, naming the rule", (_name, wrong, message) => {
    expect(() => setup([wrong])).toThrow(message);
  });
});
