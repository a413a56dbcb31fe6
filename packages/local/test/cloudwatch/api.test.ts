import {
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutDashboardCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { alarm, type RunningCloudWatch, startCloudWatch } from "./support.ts";

const MINUTE_MS = 60_000;
let running: RunningCloudWatch;
beforeAll(async () => {
  const math = alarm({
    name: "rate",
    metricStat: undefined,
    metricQueries: [
      { id: "e", expression: "100 * m1", label: "percent", returnData: true },
      {
        id: "m1",
        metricStat: { namespace: "Test", metricName: "part", dimensions: {}, periodSeconds: 300, stat: "p95" },
        returnData: false,
      },
    ],
  } as Partial<ReturnType<typeof alarm>>);
  running = await startCloudWatch([alarm(), math, alarm({ name: "edge", region: "eu-west-1" })]);
});
afterAll(() => running.close());

const now = () => running.world.clock.now();
const startOf = (ms: number) => new Date(Math.floor(ms / MINUTE_MS) * MINUTE_MS);
const stat = (MetricName: string, Stat: string, Namespace = "App") => ({
  Metric: { Namespace, MetricName },
  Period: 60,
  Stat,
});

describe.each(["json", "cbor"] as const)("CloudWatch's API over %s", (protocol) => {
  const Namespace = `App/${protocol}`;
  const send: RunningCloudWatch["json"]["send"] = (...args: any[]) => (running[protocol].send as any)(...args);

  it("takes values, sets of values and statistics, and gives them back by metric and expression", async () => {
    const Timestamp = new Date(now());
    const MetricData = [
      { MetricName: "calls", Value: 3, Unit: "Count" as const, Timestamp },
      { MetricName: "calls", Values: [1, 5], Counts: [2, 1] },
      { MetricName: "errors", StatisticValues: { SampleCount: 4, Sum: 2, Minimum: 0, Maximum: 1 } },
    ];
    await send(new PutMetricDataCommand({ Namespace, MetricData }));
    const { MetricDataResults } = await send(
      new GetMetricDataCommand({
        StartTime: startOf(now()),
        EndTime: new Date(now() + MINUTE_MS),
        MetricDataQueries: [
          { Id: "calls", MetricStat: stat("calls", "Sum", Namespace) },
          { Id: "errors", MetricStat: stat("errors", "Sum", Namespace), ReturnData: false },
          { Id: "rate", Expression: "100 * errors / calls", Label: "percent" },
        ],
      }),
    );
    expect(MetricDataResults).toEqual([
      { Id: "calls", Label: "calls", Timestamps: [startOf(now())], Values: [10], StatusCode: "Complete" },
      { Id: "rate", Label: "percent", Timestamps: [startOf(now())], Values: [20], StatusCode: "Complete" },
    ]);
    const { Datapoints } = await send(
      new GetMetricStatisticsCommand({
        ...{ Namespace, MetricName: "calls", Period: 60, Statistics: ["Sum", "Maximum"], ExtendedStatistics: ["p50"] },
        ...{ StartTime: startOf(now()), EndTime: new Date(now() + MINUTE_MS) },
      }),
    );
    expect(Datapoints).toEqual([
      { Timestamp: startOf(now()), Sum: 10, Maximum: 5, ExtendedStatistics: { p50: 1 }, Unit: "None" },
    ]);
  });
  it("lists metrics by name and dimension", async () => {
    const Dimensions = [{ Name: "Stage", Value: "dev" }];
    await send(new PutMetricDataCommand({ Namespace, MetricData: [{ MetricName: "staged", Dimensions, Value: 1 }] }));
    const listed = async (filter: object) =>
      (await send(new ListMetricsCommand({ Namespace, Dimensions: [filter as { Name: string }] }))).Metrics;
    expect(await listed({ Name: "Stage", Value: "dev" })).toEqual([{ Namespace, MetricName: "staged", Dimensions }]);
    expect(await listed({ Name: "Stage", Value: "other" })).toEqual([]);
  });
  it("describes alarms, each in its own region", async () => {
    const { MetricAlarms } = await send(new DescribeAlarmsCommand({}));
    expect(MetricAlarms!.map(({ AlarmName }) => AlarmName)).toEqual(["hot", "rate"]);
    expect(MetricAlarms![0]).toMatchObject({ Statistic: "Maximum", Period: 60, Threshold: 30, Namespace: "Test" });
    expect(MetricAlarms![0]!.StateUpdatedTimestamp).toBeInstanceOf(Date);
    expect(MetricAlarms![1]).toMatchObject({
      Metrics: [
        { Id: "e", Expression: "100 * m1", ReturnData: true },
        { Id: "m1", MetricStat: { Stat: "p95", Period: 300 } },
      ],
    });
  });
  it("sets an alarm's state and remembers it", async () => {
    const states = { json: "ALARM", cbor: "INSUFFICIENT_DATA" } as const;
    const StateValue = states[protocol];
    await send(new SetAlarmStateCommand({ AlarmName: "hot", StateValue, StateReason: "a drill" }));
    const { MetricAlarms } = await send(new DescribeAlarmsCommand({ StateValue, AlarmNames: ["hot"] }));
    expect(MetricAlarms![0]).toMatchObject({ StateValue, StateReason: "a drill" });
    const { AlarmHistoryItems } = await send(
      new DescribeAlarmHistoryCommand({ AlarmName: "hot", HistoryItemType: "StateUpdate", MaxRecords: 1 }),
    );
    expect(AlarmHistoryItems![0]!.HistorySummary).toContain(`to ${StateValue}`);
  });

  const datum = { MetricName: "m", Value: 1 };
  it.each([
    ["AWS's namespaces", { Namespace: "AWS/Lambda", MetricData: [datum] }, "InvalidParameterValueException"],
    ["no values", { Namespace: "App", MetricData: [{ MetricName: "m" }] }, "InvalidParameterCombinationException"],
    [
      "two kinds of values",
      { Namespace: "App", MetricData: [{ ...datum, Values: [1] }] },
      "InvalidParameterCombinationException",
    ],
    [
      "an unknown unit",
      { Namespace: "App", MetricData: [{ ...datum, Unit: "Parsecs" }] },
      "InvalidParameterValueException",
    ],
    [
      "the distant past",
      { Namespace: "App", MetricData: [{ ...datum, Timestamp: new Date(0) }] },
      "InvalidParameterValueException",
    ],
    ["nothing", { Namespace: "App", MetricData: [] }, "MissingRequiredParameterException"],
    [
      "31 dimensions",
      {
        Namespace: "App",
        MetricData: [{ ...datum, Dimensions: Array.from({ length: 31 }, (_, n) => ({ Name: `d${n}`, Value: "1" })) }],
      },
      "InvalidParameterValueException",
    ],
  ])("refuses %s", async (_what, input, name) => {
    await expect(send(new PutMetricDataCommand(input as any))).rejects.toMatchObject({
      name: expect.stringContaining(name.replace("Exception", "")),
      $metadata: { httpStatusCode: 400 },
    });
  });
  it("refuses expressions and statistics that it cannot compute, by name", async () => {
    const ask = (query: object) =>
      send(
        new GetMetricDataCommand({
          ...{ StartTime: startOf(now()), EndTime: new Date(now() + MINUTE_MS) },
          MetricDataQueries: [
            { Id: "m1", MetricStat: stat("calls", "Sum") },
            { Id: "q", ...query },
          ],
        }),
      );
    await expect(ask({ Expression: "m1 +" })).rejects.toThrow("cannot be read");
    await expect(ask({ Expression: "SUM(m1)" })).rejects.toThrow("not a time series");
    await expect(ask({ MetricStat: stat("calls", "TM(10%:90%)") })).rejects.toThrow("does not run locally");
  });
  it("names the operations it does not have", async () => {
    await expect(send(new PutDashboardCommand({ DashboardName: "d", DashboardBody: "{}" }))).rejects.toThrow(
      "PutDashboard is not part of the local cloud's CloudWatch",
    );
  });
  it("has no alarm of another name", async () => {
    const unknown = { AlarmName: "cold", StateValue: "OK", StateReason: "none" } as const;
    await expect(send(new SetAlarmStateCommand(unknown))).rejects.toThrow("There is no alarm cold");
  });
});

describe("CloudWatch's API", () => {
  it("takes what SDKs compress", async () => {
    const { json } = running;
    const Namespace = "App/compressed";
    const MetricData = Array.from({ length: 600 }, (_, index) => ({ MetricName: `many-${index % 3}`, Value: 1 }));
    await json.send(new PutMetricDataCommand({ Namespace, MetricData }));
    const { Metrics } = await json.send(new ListMetricsCommand({ Namespace, MetricName: "many-2" }));
    expect(Metrics).toEqual([{ Namespace, MetricName: "many-2", Dimensions: [] }]);
  });
  it("asks IAM for what AWS lists, with the namespace as its key", async () => {
    running.world.asked.length = 0;
    await running.json.send(
      new PutMetricDataCommand({ Namespace: "App", MetricData: [{ MetricName: "m", Value: 1 }] }),
    );
    await running.json.send(new DescribeAlarmsCommand({ AlarmNames: ["hot"] }));
    expect(running.world.asked).toEqual([
      "cloudwatch:PutMetricData *",
      "cloudwatch:DescribeAlarms arn:aws:cloudwatch:us-east-1:123456789012:alarm:hot",
    ]);
  });
  it("refuses the query protocol of older clients clearly", async () => {
    const body = "Action=DescribeAlarms&Version=2010-08-01";
    const answer = await fetch(running.endpoint, { method: "POST", body });
    expect(answer.status).toBe(501);
    expect(await answer.text()).toContain("The query protocol is not part of the local cloud's CloudWatch");
  });
});
