import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import type { MetricAlarm, Topic } from "@dropclip/synth/cloud";
import { SmithyRpcV2CborProtocol } from "@smithy/core/cbor";
import { takeEmbedded } from "../../src/cloudwatch/emf.ts";
import { createCloudWatch } from "../../src/cloudwatch/index.ts";
import { createMetrics } from "../../src/cloudwatch/metrics/sink.ts";
import { createSns } from "../../src/sns/index.ts";
import type { Service } from "../../src/world.ts";
import { ACCOUNT, REGION, testGate, testWorld } from "../lambda/support.ts";

export const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:alarms`;

export const alarm = (changes: Partial<MetricAlarm> = {}): MetricAlarm => ({
  name: "hot",
  arn: `arn:aws:cloudwatch:${changes.region ?? REGION}:${ACCOUNT}:alarm:${changes.name ?? "hot"}`,
  region: REGION,
  description: "It is hot. First: open a window.",
  metricStat: { namespace: "Test", metricName: "heat", dimensions: { Room: "1" }, periodSeconds: 60, stat: "Maximum" },
  comparisonOperator: "GreaterThanThreshold",
  threshold: 30,
  evaluationPeriods: 1,
  datapointsToAlarm: 1,
  treatMissingData: "notBreaching",
  actionsEnabled: true,
  alarmActions: [TOPIC],
  okActions: [TOPIC],
  insufficientDataActions: [],
  ...changes,
});

export const topic = (changes: Partial<Topic> = {}): Topic => ({
  name: "alarms",
  arn: TOPIC,
  region: REGION,
  subscriptions: [{ protocol: "email", endpoint: "ops@example.com" }],
  ...changes,
});

/** CloudWatch behind a gate that lets the operator in, and what it told the bus. */
export async function startCloudWatch(alarms: MetricAlarm[] = [], topics: Topic[] = [topic()], directory?: string) {
  const world = testWorld(directory ? { directory } : {});
  const metrics = createMetrics(world);
  world.metrics = metrics;
  const events: { resources: string[]; detail: any }[] = [];
  const cloudWatch = createCloudWatch({
    world,
    metrics,
    alarms,
    bus: { publish: ({ resources, detail }) => events.push({ resources, detail }) },
    topics: createSns({ world, topics }),
    measure: () => false,
  });
  cloudWatch.start();
  const gate = await testGate(cloudWatch as Service);
  const clients = [
    new CloudWatchClient(gate.client),
    new CloudWatchClient({ ...gate.client, protocol: SmithyRpcV2CborProtocol }),
  ];
  return {
    world,
    metrics,
    events,
    json: clients[0]!,
    /** As the aws CLI and the SDK for Python speak. */
    cbor: clients[1]!,
    endpoint: gate.endpoint,
    embedded: (text: string) => takeEmbedded(world, metrics, text, "function"),
    put: (value: number, name = "heat", dimensions: Record<string, string> = { Room: "1" }) =>
      metrics.put("Test", name, dimensions, value),
    mails: () => world.logs.filter(({ service }) => service === "sns").map(({ message }) => message),
    async close() {
      cloudWatch.stop();
      metrics.stop();
      for (const client of clients) client.destroy();
      await gate.close();
      world.close();
    },
  };
}

export type RunningCloudWatch = Awaited<ReturnType<typeof startCloudWatch>>;
