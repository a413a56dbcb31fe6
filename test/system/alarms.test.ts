import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudWatchClient, DescribeAlarmsCommand, ListMetricsCommand } from "@aws-sdk/client-cloudwatch";
import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider";
import { TestClock } from "@dropclip/local/clock";
import { type RunningCloud, startCloud } from "@dropclip/local/cloud";
import type { LogEntry } from "@dropclip/local/world";
import type { Cloud, MetricAlarm, MetricStat, Rule } from "@dropclip/synth/cloud";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GRAPH, ROOT } from "../support/cloud.ts";

/**
 * Faults that need no function to run, in one cloud: its functions have no concurrency, its edge may not read the
 * bucket, its sign-ins are over their quota, and its schedules may invoke nothing. Each shows in the metric that AWS
 * has for it, and in the alarm on it; when it stops, the alarm is OK again.
 */

const MINUTE_MS = 60_000;
const LOST = "lost";
let directory: string;
let cloud: RunningCloud;
let clock: TestClock;
const logs: LogEntry[] = [];
const clients: { destroy(): void }[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "dropclip-alarms-"));
  // SDK clients sign with the real time, so the clock starts there.
  clock = new TestClock(Date.now());
  cloud = await startCloud({
    ...{ root: ROOT, graphFile: GRAPH, directory, port: 0, clock, log: (entry) => logs.push(entry) },
    ...{ lambdaConcurrency: 0, cognitoQuotas: { userAuthentication: 0 }, adjust },
  });
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await cloud?.stop();
  rmSync(directory, { recursive: true, force: true });
});

function adjust(facts: Cloud): Cloud {
  const hourly = facts.rules.find(({ schedule }) => schedule)!;
  // The dead-letter queue's policy does not name this one.
  const lost: Rule = { ...hourly, name: LOST, arn: `${hourly.arn}-${LOST}` };
  const { app, stage, account, region } = facts;
  const changed = {
    ...facts,
    rules: [...facts.rules, lost],
    permissions: facts.permissions.filter(({ principal }) => principal !== "events.amazonaws.com"),
    functions: facts.functions.map(({ reservedConcurrency: _reserved, ...one }) => one),
    buckets: facts.buckets.map(({ policy: _policy, ...one }) => one),
  };
  const alarms = Object.entries(watched(changed, hourly.name)).map(([name, { at = region, ...one }]): MetricAlarm => {
    const physical = `${app}-${name}-${stage}`;
    const arn = `arn:aws:cloudwatch:${at}:${account}:alarm:${physical}`;
    return { ...DEFAULTS, name: physical, arn, region: at, ...one };
  });
  return { ...changed, alarms };
}

const DEFAULTS = {
  comparisonOperator: "GreaterThanOrEqualToThreshold",
  evaluationPeriods: 1,
  datapointsToAlarm: 1,
  treatMissingData: "notBreaching" as const,
  actionsEnabled: true,
  ...{ alarmActions: [], okActions: [], insufficientDataActions: [] },
};

function watched({ apis, distributions, queues, userPools }: Cloud, rule: string) {
  const of = (namespace: string, metricName: string, stat: string, dimensions: Record<string, string>): MetricStat => ({
    ...{ namespace, metricName, stat, dimensions, periodSeconds: 300 },
  });
  const edge = (metricName: string, stat: string) =>
    of("AWS/CloudFront", metricName, stat, { DistributionId: distributions[0]!.id, Region: "Global" });
  const pool = { UserPool: userPools[0]!.id, UserPoolClient: userPools[0]!.clients[0]!.id };
  const query = (id: string, metricStat: MetricStat) => ({ id, metricStat, returnData: false });
  const alarms: Record<string, Partial<MetricAlarm> & { threshold: number; at?: string }> = {
    "dead-letters": {
      metricStat: of("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", { QueueName: queues[0]!.name }),
      threshold: 1,
    },
    "events-lost": {
      metricQueries: [
        { id: "value", expression: "FILL(rule0, 0) + FILL(rule1, 0)", returnData: true },
        ...[rule, LOST].map((name, index) =>
          query(`rule${index}`, of("AWS/Events", "InvocationsFailedToBeSentToDlq", "Sum", { RuleName: name })),
        ),
      ],
      threshold: 1,
    },
    "api-5xx": {
      metricStat: of("AWS/ApiGateway", "5xx", "Sum", { ApiId: apis[0]!.id, Stage: "$default" }),
      threshold: 5,
    },
    throttled: { metricStat: of("AWS/Lambda", "Throttles", "Sum", {}), threshold: 10 },
    "edge-4xx": {
      metricQueries: [
        { id: "value", expression: "IF(requests >= 100, errors, 0)", returnData: true },
        query("requests", edge("Requests", "Sum")),
        query("errors", edge("4xxErrorRate", "Average")),
      ],
      threshold: 20,
      at: "us-east-1",
    },
    "sign-in": { metricStat: of("AWS/Cognito", "SignInThrottles", "Sum", pool), threshold: 1 },
  };
  return alarms;
}

const config = (region = cloud.region) => ({
  endpoint: cloud.endpoints.monitoring,
  region,
  credentials: cloud.credentials,
  maxAttempts: 1,
});

/** Signed with the cloud's time, which the test has moved. */
function cloudWatch() {
  const client = new CloudWatchClient({ ...config(), systemClockOffset: clock.now() - Date.now() });
  clients.push(client);
  return client;
}

async function states(): Promise<Record<string, string>> {
  const { MetricAlarms = [] } = await cloudWatch().send(new DescribeAlarmsCommand({}));
  return Object.fromEntries(
    MetricAlarms.map(({ AlarmName, StateValue }) => [AlarmName!.split("-").slice(1, -1).join("-"), StateValue!]),
  );
}

const all = (state: string) => Object.fromEntries(ALARMS.map((name) => [name, state]));
const ALARMS = ["dead-letters", "events-lost", "api-5xx", "throttled", "edge-4xx", "sign-in"];

describe("alarms", () => {
  it("are OK while nothing happens", async () => {
    await clock.advance(2 * MINUTE_MS);
    expect(await states()).toEqual(all("OK"));
  });

  it("tell of every fault that there is", async () => {
    const { routes } = cloud.facts.apis[0]!;
    const open = routes.find(({ authorizer, routeKey }) => !authorizer && routeKey.startsWith("GET "))!;
    const path = open.routeKey.slice("GET ".length).replaceAll(/\{[^}]+\}/g, "x");
    for (let call = 0; call < 10; call++) expect((await fetch(cloud.api + path)).status).toBe(503);
    for (let call = 0; call < 100; call++)
      expect((await fetch(`${cloud.cdn}/events/none/${call}.mp4`)).status).toBe(403);
    const cognito = new CognitoIdentityProvider({ ...config(), systemClockOffset: clock.now() - Date.now() });
    clients.push(cognito);
    const [pool] = cloud.facts.userPools;
    const signIn = cognito.adminInitiateAuth({
      ...{ UserPoolId: pool!.id, ClientId: pool!.clients[0]!.id, AuthFlow: "ADMIN_USER_PASSWORD_AUTH" },
      AuthParameters: { USERNAME: "fan@example.com", PASSWORD: "wrong" },
    });
    await expect(signIn).rejects.toMatchObject({ name: "TooManyRequestsException" });
    await clock.advance(MINUTE_MS);
    expect(await states()).toEqual({ ...all("ALARM"), "dead-letters": "OK", "events-lost": "OK" });
    // The schedules come due: one event is a dead letter, the other is lost.
    await clock.advance(60 * MINUTE_MS);
    expect(await states()).toEqual({ ...all("OK"), "dead-letters": "ALARM", "events-lost": "ALARM" });
  });

  it("name metrics that were really there, with their dimensions", async () => {
    const client = cloudWatch();
    const listed = async ({ namespace, metricName, dimensions }: MetricStat) => {
      const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
      const filter = { Namespace: namespace, MetricName: metricName, Dimensions };
      const { Metrics = [] } = await client.send(new ListMetricsCommand(filter));
      return Metrics.some((one) => one.Dimensions!.length === Dimensions.length);
    };
    const stats = cloud.facts.alarms.flatMap(({ metricStat, metricQueries = [] }) => [
      ...(metricStat ? [metricStat] : []),
      ...metricQueries.flatMap((query) => query.metricStat ?? []),
    ]);
    for (const stat of stats) {
      // A rule whose events reach the queue has lost none.
      const expected = stat.metricName !== "InvocationsFailedToBeSentToDlq" || stat.dimensions.RuleName === LOST;
      expect([stat.metricName, stat.dimensions, await listed(stat)]).toEqual([
        stat.metricName,
        stat.dimensions,
        expected,
      ]);
    }
  });

  it("are logged", () => {
    const raised = logs.filter(({ service, state }) => service === "cloudwatch" && state === "ALARM");
    expect(new Set(raised.map(({ alarm }) => alarm)).size).toBe(ALARMS.length);
  });
});
