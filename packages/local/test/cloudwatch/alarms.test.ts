import { DescribeAlarmHistoryCommand, DescribeAlarmsCommand, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { afterEach, describe, expect, it } from "vitest";
import { createCloudWatch } from "../../src/cloudwatch/index.ts";
import { createIam } from "../../src/iam/index.ts";
import { ACCOUNT, REGION } from "../lambda/support.ts";
import { alarm, type RunningCloudWatch, startCloudWatch, TOPIC, topic } from "./support.ts";

const MINUTE_MS = 60_000;
let running: RunningCloudWatch;
afterEach(() => running.close());

const minutes = (count: number) => running.world.clock.advance(count * MINUTE_MS);
const found = async (name = "hot") =>
  (await running.json.send(new DescribeAlarmsCommand({ AlarmNames: [name] }))).MetricAlarms![0]!;
const state = async (name?: string) => (await found(name)).StateValue;
const history = async () =>
  (await running.json.send(new DescribeAlarmHistoryCommand({ HistoryItemType: "Action" }))).AlarmHistoryItems!;

describe("an alarm", () => {
  it("has no data at first, then is told of every new state: on the bus, by mail, and in its history", async () => {
    running = await startCloudWatch([alarm()]);
    expect(await state()).toBe("INSUFFICIENT_DATA");
    await minutes(1);
    expect(await state()).toBe("OK");
    running.put(35);
    await minutes(1);
    expect(await found()).toMatchObject({
      StateValue: "ALARM",
      StateReason: expect.stringMatching(
        /^Threshold Crossed: 1 out of the last 1 datapoint \[35\.0 \(02\/01\/26 03:05:00\)\] was greater than the threshold \(30\.0\) \(minimum 1 datapoint for OK -> ALARM transition\)\.$/,
      ),
    });
    expect(running.events.map(({ detail }) => [detail.previousState.value, detail.state.value])).toEqual([
      ["INSUFFICIENT_DATA", "OK"],
      ["OK", "ALARM"],
    ]);
    const { resources, detail } = running.events[1]!;
    expect(resources).toEqual([alarm().arn]);
    expect(detail.configuration).toEqual({
      description: "It is hot. First: open a window.",
      metrics: [
        {
          id: "m1",
          metricStat: {
            metric: { dimensions: { Room: "1" }, name: "heat", namespace: "Test" },
            period: 60,
            stat: "Maximum",
          },
          returnData: true,
        },
      ],
    });
    expect(JSON.parse(detail.state.reasonData)).toMatchObject({ recentDatapoints: [35], threshold: 30, period: 60 });
    expect(running.mails().map((mail) => mail.split(":").slice(0, 2).join(":"))).toEqual([
      "mail to ops@example.com: OK",
      "mail to ops@example.com: ALARM",
    ]);
    expect((await history())[0]!.HistorySummary).toBe(`Successfully executed action ${TOPIC}`);
  });
  it("is at rest while nothing is measured, and wakes with the next value or a state that is set", async () => {
    running = await startCloudWatch([alarm()]);
    await minutes(2);
    const { clock } = running.world;
    expect(await clock.skip()).toBe(false);
    await clock.advance(365 * 24 * 60 * MINUTE_MS);
    running.put(35);
    await minutes(1);
    expect(await state()).toBe("ALARM");
    await minutes(10);
    expect([await state(), await clock.skip()]).toEqual(["OK", false]);
    await running.json.send(new SetAlarmStateCommand({ AlarmName: "hot", StateValue: "ALARM", StateReason: "a try" }));
    expect(await state()).toBe("ALARM");
    await minutes(2);
    expect([await state(), await clock.skip()]).toEqual(["OK", false]);
  });
  it("looks at the newest data of its range, so that it goes back to OK only when they are out of it", async () => {
    running = await startCloudWatch([alarm()]);
    running.put(35);
    const states: unknown[] = [];
    for (let minute = 0; minute < 4; minute++) {
      await minutes(1);
      states.push(await state());
    }
    expect(states).toEqual(["ALARM", "ALARM", "ALARM", "OK"]);
  });
  it("takes periods that end now, not at the hour's fifths", async () => {
    const metricStat = { ...alarm().metricStat!, periodSeconds: 300, stat: "Sum" };
    running = await startCloudWatch([alarm({ metricStat, threshold: 50 })]);
    await minutes(2);
    for (let minute = 0; minute < 5; minute++) {
      running.put(11);
      await minutes(1);
    }
    expect(await state()).toBe("ALARM");
  });
  it("watches an expression over metrics, those of its own region only", async () => {
    const part = (id: string, metricName: string) => ({
      id,
      metricStat: { namespace: "Test", metricName, dimensions: {}, periodSeconds: 60, stat: "Sum" },
      returnData: false,
    });
    const { metricStat: _plain, ...plain } = alarm({ threshold: 10 });
    const metricQueries = [
      { id: "e", expression: "IF(calls >= 10, 100 * errors / calls, 0)", returnData: true },
      ...[part("calls", "calls"), part("errors", "errors")],
    ];
    const edge = { name: "edge", region: "eu-west-1", arn: alarm({ name: "edge", region: "eu-west-1" }).arn };
    running = await startCloudWatch([
      { ...plain, metricQueries },
      { ...plain, ...edge, metricQueries },
    ]);
    running.put(9, "calls", {});
    running.put(9, "errors", {});
    await minutes(1);
    expect(await state()).toBe("OK");
    running.put(20, "calls", {});
    running.put(3, "errors", {});
    await minutes(1);
    expect(await state()).toBe("ALARM");
    const far = running.events.filter(({ resources }) => resources[0] === edge.arn);
    expect(far, "the bus of another region is not here").toEqual([]);
  });
  it("that ignores few samples keeps its state until there are enough of them for its percentile", async () => {
    const metricStat = { ...alarm().metricStat!, stat: "p90" };
    running = await startCloudWatch([alarm({ metricStat, evaluateLowSampleCountPercentile: "ignore" })]);
    await minutes(1);
    for (let sample = 0; sample < 99; sample++) running.put(50);
    await minutes(1);
    expect(await state()).toBe("OK");
    await minutes(5);
    for (let sample = 0; sample < 100; sample++) running.put(50);
    await minutes(1);
    expect(await state()).toBe("ALARM");
  });
  it("does not take the time before its cloud was on for a breach", async () => {
    running = await startCloudWatch([
      alarm({ treatMissingData: "breaching", evaluationPeriods: 2, datapointsToAlarm: 2 }),
    ]);
    await minutes(1);
    expect(await state()).toBe("INSUFFICIENT_DATA");
    await minutes(2);
    expect(await state()).toBe("ALARM");
    running.put(1);
    running.metrics.put("Test", "heat", { Room: "1" }, 1, { atMs: running.world.clock.now() - MINUTE_MS });
    await minutes(1);
    expect(await state()).toBe("OK");
  });
  it("that was set by hand keeps that state until it is evaluated again", async () => {
    running = await startCloudWatch([alarm()]);
    await minutes(5);
    const drill = { AlarmName: "hot", StateValue: "ALARM", StateReason: "a drill" } as const;
    await running.json.send(new SetAlarmStateCommand(drill));
    expect(await state()).toBe("ALARM");
    await minutes(1);
    expect(await state()).toBe("OK");
    expect(running.events.at(-1)!.detail.previousState).toMatchObject({ value: "ALARM", reason: "a drill" });
  });
  it("writes nothing while nothing happens", async () => {
    running = await startCloudWatch([alarm()]);
    await minutes(2);
    const changes = () => running.world.store.get<{ n: number }>("SELECT total_changes() AS n")!.n;
    const before = changes();
    await minutes(600);
    expect(changes()).toBe(before);
  });
  it.each([
    ["a comparison with a band", { comparisonOperator: "GreaterThanUpperThreshold" }, "does not run locally"],
    ["more datapoints than periods", { datapointsToAlarm: 2 }, "1 to its evaluation periods"],
    ["a window of over a day", { evaluationPeriods: 1441 }, "looks back more than 86400 s"],
    ["a period of ten seconds", { metricStat: { ...alarm().metricStat!, periodSeconds: 10 } }, "only whole minutes"],
  ])("stops the start with %s, by name", async (_what, changes, why) => {
    running = await startCloudWatch();
    const { world, metrics } = running;
    const parts = {
      world,
      metrics,
      bus: { publish: () => {} },
      topics: { notify: () => undefined },
      measure: () => false,
    };
    expect(() => createCloudWatch({ ...parts, alarms: [alarm(changes)] })).toThrow(new RegExp(`^alarm hot: .*${why}`));
  });
});

describe("a topic", () => {
  const policyFor = (service: string) => ({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow" as const,
        Principal: { Service: service },
        Action: "sns:Publish",
        Resource: TOPIC,
        Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT } },
      },
    ],
  });
  it.each([
    ["lets CloudWatch in by its policy", { policy: policyFor("cloudwatch.amazonaws.com") }, "Successfully"],
    [
      "refuses it where the policy names another service",
      { policy: policyFor("budgets.amazonaws.com") },
      "not authorized",
    ],
    ["refuses it where only SNS may use the key", { kmsMasterKeyId: "alias/aws/sns" }, "may not use the key"],
  ])("%s", async (_what, changes, summary) => {
    const topics = [topic(changes)];
    running = await startCloudWatch([alarm()], topics);
    const iam = createIam({
      ...{ account: ACCOUNT, region: REGION, clock: running.world.clock, log: running.world.log },
      ...{ roles: [], buckets: [], queues: [], functions: [], topics },
    });
    running.world.authorize = iam.authorize;
    await minutes(1);
    const [item] = await history();
    expect(item!.HistorySummary).toContain(summary);
    const errors = running.world.logs.filter(({ service, level }) => service === "sns" && level === "error");
    expect(errors).toHaveLength(summary === "Successfully" ? 0 : 1);
    expect(running.mails().some((mail) => mail.startsWith("mail to"))).toBe(summary === "Successfully");
  });
});
