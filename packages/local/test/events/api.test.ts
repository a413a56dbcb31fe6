import {
  DescribeRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  TestEventPatternCommand,
} from "@aws-sdk/client-eventbridge";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEvents, type Events } from "../../src/events/index.ts";
import { createSqs } from "../../src/sqs/index.ts";
import { ACCOUNT, REGION, type TestGate, testGate, testWorld } from "../lambda/support.ts";

const world = testWorld();
const taken: any[] = [];
let events: Events;
let gate: TestGate;
let client: EventBridgeClient;

beforeAll(async () => {
  events = createEvents({
    world,
    rules: [
      {
        name: "clips",
        arn: `arn:aws:events:${REGION}:${ACCOUNT}:rule/clips`,
        enabled: true,
        pattern: { source: ["my.app"] },
        targets: [
          {
            id: "f",
            arn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:f`,
            maximumEventAgeSeconds: 60,
            maximumRetryAttempts: 0,
            inputTransformer: { inputPaths: { n: "$.detail.n" }, inputTemplate: "<n>" },
          },
        ],
      },
      { name: "nightly", arn: "arn:nightly", enabled: false, schedule: "rate(1 day)", targets: [] },
    ],
    queues: createSqs({ world, queues: [] }),
    states: () => {
      throw new Error("no machine is started here");
    },
    lambda: {
      enqueue(_name, payload) {
        taken.push(JSON.parse(payload));
        return { requestId: "request" };
      },
    },
  });
  gate = await testGate(events);
  client = new EventBridgeClient(gate.client);
});

afterAll(async () => {
  client.destroy();
  await gate.close();
  events.stop();
  world.close();
});

const entry = (more: Record<string, unknown> = {}) => ({
  Source: "my.app",
  DetailType: "T",
  Detail: '{"n":1}',
  ...more,
});

describe("PutEvents", () => {
  it("puts good entries on the bus and says what is wrong with the others", async () => {
    const result = await client.send(
      new PutEventsCommand({
        Entries: [
          entry(),
          entry({ Detail: "{" }),
          entry({ Detail: "[1]" }),
          entry({ Source: "aws.s3" }),
          entry({ Source: undefined }),
          entry({ EventBusName: "nowhere" }),
          entry({ Time: new Date("2020-01-01T00:00:00Z"), Detail: '{"n":2}' }),
        ],
      }),
    );
    await world.clock.advance(0);
    expect(result.FailedEntryCount).toBe(5);
    expect(result.Entries?.map(({ ErrorCode, EventId }) => ErrorCode ?? EventId?.length)).toEqual([
      36,
      "MalformedDetail",
      "MalformedDetail",
      "NotAuthorizedForSourceException",
      "InvalidArgument",
      "ResourceNotFoundException",
      36,
    ]);
    expect(taken.splice(0)).toEqual([1, 2]);
    expect(world.asked).toContain(`events:PutEvents arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`);
  });
  it.each([0, 11])("refuses %d entries", async (count) => {
    const Entries = Array.from({ length: count }, () => entry());
    await expect(client.send(new PutEventsCommand({ Entries }))).rejects.toMatchObject({ name: "ValidationException" });
  });
  it("takes a megabyte in all and no more", async () => {
    const sized = (bytes: number) => entry({ Detail: JSON.stringify({ x: "y".repeat(bytes) }) });
    const fits = await client.send(new PutEventsCommand({ Entries: [sized(500_000), sized(500_000)] }));
    expect(fits.FailedEntryCount).toBe(0);
    const over = new PutEventsCommand({ Entries: [sized(600_000), sized(600_000)] });
    await expect(client.send(over)).rejects.toMatchObject({ name: "ValidationException" });
  });
  it("needs permission", async () => {
    world.denied.add("events:PutEvents");
    const refused = client.send(new PutEventsCommand({ Entries: [entry()] }));
    await expect(refused).rejects.toMatchObject({ name: "AccessDeniedException" });
    world.denied.clear();
  });
});

describe("TestEventPattern", () => {
  const envelope = { id: "1", account: "1", source: "a", time: "t", region: "r", resources: [], "detail-type": "d" };
  const test = (pattern: unknown, event: unknown = envelope) =>
    client.send(new TestEventPatternCommand({ EventPattern: JSON.stringify(pattern), Event: JSON.stringify(event) }));

  it("says whether an event matches", async () => {
    expect((await test({ source: ["a"] })).Result).toBe(true);
    expect((await test({ source: ["b"] })).Result).toBe(false);
  });
  it("refuses a pattern that is none", async () => {
    await expect(test({ source: "a" })).rejects.toMatchObject({ name: "InvalidEventPatternException" });
    await expect(test(null)).rejects.toMatchObject({ name: "InvalidEventPatternException" });
  });
  it("refuses an event without its envelope", async () => {
    await expect(test({ source: ["a"] }, {})).rejects.toMatchObject({ name: "ValidationException" });
  });
});

describe("rules", () => {
  it("are listed, by prefix and page by page", async () => {
    expect((await client.send(new ListRulesCommand({ NamePrefix: "cl" }))).Rules).toEqual([
      {
        Name: "clips",
        Arn: `arn:aws:events:${REGION}:${ACCOUNT}:rule/clips`,
        EventPattern: '{"source":["my.app"]}',
        State: "ENABLED",
        EventBusName: "default",
      },
    ]);
    const first = await client.send(new ListRulesCommand({ Limit: 1 }));
    const second = await client.send(new ListRulesCommand({ Limit: 1, NextToken: first.NextToken }));
    expect([...first.Rules!, ...second.Rules!].map(({ Name }) => Name)).toEqual(["clips", "nightly"]);
    expect(second.NextToken).toBeUndefined();
  });
  it("are described", async () => {
    const nightly = await client.send(new DescribeRuleCommand({ Name: "nightly" }));
    expect(nightly).toMatchObject({ ScheduleExpression: "rate(1 day)", State: "DISABLED" });
    const missing = client.send(new DescribeRuleCommand({ Name: "no" }));
    await expect(missing).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "Rule no does not exist on EventBus default.",
    });
  });
  it("have their targets listed", async () => {
    const { Targets } = await client.send(new ListTargetsByRuleCommand({ Rule: "clips" }));
    expect(Targets).toMatchObject([
      {
        Id: "f",
        InputTransformer: { InputPathsMap: { n: "$.detail.n" }, InputTemplate: "<n>" },
        RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
      },
    ]);
  });
  it("cannot be changed: they are the graph's", async () => {
    await expect(
      client.send(new PutRuleCommand({ Name: "x", ScheduleExpression: "rate(1 day)" })),
    ).rejects.toMatchObject({
      name: "UnknownOperationException",
      message: expect.stringContaining("PutRule"),
    });
  });
});
