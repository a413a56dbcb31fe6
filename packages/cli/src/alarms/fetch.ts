import {
  CloudWatchClient,
  type CloudWatchClientConfig,
  type MetricAlarm,
  paginateDescribeAlarms,
} from "@aws-sdk/client-cloudwatch";
import type { AwsConfig } from "../aws/config.ts";
import { awsFailure } from "../aws/failure.ts";
import { retriesOf } from "../aws/retries.ts";
import type { Context } from "../context.ts";
import { patienceOf } from "../net/patience.ts";
import { Screen } from "../progress/screen.ts";
import { findOperated } from "../target/operated.ts";
import { type Alarm, alarmOf } from "./alarm.ts";

/** CloudFront's metrics are in this region, and so are the alarms on them (AWS: CloudFront metrics). */
const EDGE_REGION = "us-east-1";

/** Alarms are named `dropclip-{alarm}-{stage}`. */
const PREFIX = "dropclip-";
/** Where a stage's alarms are told. By the end of its name an alarm of the stage `a-b` would be one of `b` too. */
const topicsOf = (stage: string) => [`:dropclip-alarms-${stage}`, `:dropclip-edge-alarms-${stage}`];

/** How AWS is called. */
type Config = AwsConfig & Pick<CloudWatchClientConfig, "retryStrategy">;

/** The alarms of the running local cloud, or of a stage. */
export async function fetchAlarms(context: Context, stage: string | undefined): Promise<Alarm[]> {
  const { config } = await findOperated(context, stage, "CLOUDWATCH");
  const patience = patienceOf(context, new Screen(context.stderr));
  return fetchAlarmsOf({ ...config, retryStrategy: retriesOf(patience, "CloudWatch") }, stage, context.signal);
}

/** The alarms of a stage, or of all, in its region and in the edge's; by name. */
export async function fetchAlarmsOf(config: Config, stage: string | undefined, signal: AbortSignal): Promise<Alarm[]> {
  const regions = [...new Set([config.region, EDGE_REGION])];
  const found = await Promise.all(
    regions.map(async (region) =>
      // An account may contain several stages, and alarms of other apps.
      (await fetchRegion({ ...config, region }, signal))
        .filter((alarm) => stage === undefined || isOf(alarm, stage))
        .map((alarm) => alarmOf(alarm, region)),
    ),
  );
  return found.flat().sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Whether an alarm is one of the stage. */
export const isOf = ({ AlarmActions = [] }: MetricAlarm, stage: string) =>
  AlarmActions.some((arn) => topicsOf(stage).some((topic) => arn.endsWith(topic)));

async function fetchRegion(config: Config, signal: AbortSignal): Promise<MetricAlarm[]> {
  const client = new CloudWatchClient(config);
  const alarms: MetricAlarm[] = [];
  try {
    const input = { AlarmTypes: ["MetricAlarm" as const], AlarmNamePrefix: PREFIX };
    const pages = paginateDescribeAlarms({ client }, input, { abortSignal: signal });
    for await (const { MetricAlarms = [] } of pages) alarms.push(...MetricAlarms);
    return alarms;
  } catch (error) {
    signal.throwIfAborted();
    throw awsFailure("CloudWatch", error);
  } finally {
    client.destroy();
  }
}
