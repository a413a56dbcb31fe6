import { CloudWatchLogsClient, paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs";
import { accountConfig, cloudConfig } from "../aws/config.ts";
import { awsFailure } from "../aws/failure.ts";
import { retriesOf } from "../aws/retries.ts";
import type { Context } from "../context.ts";
import { patienceOf } from "../net/patience.ts";
import { dataDirectory } from "../paths.ts";
import { Screen } from "../progress/screen.ts";
import { findCloud } from "../start/run-file.ts";
import { readOutputs } from "../target/outputs.ts";
import { eventOf, type ToldEvent } from "./event.ts";

/** Functions that tell other programs something, as AWS knows them without stage. A test holds it to the stacks. */
export const TELLERS = [
  "claim-upload",
  "plan-transcode",
  "publish",
  "publish-image",
  "record-failure",
  "settle",
  "sweep",
];

/** What the local cloud runs. */
const LOCAL_STAGE = "dev";
const POLL_MS = 2_000;
/** A line may be found so long after its time (AWS: CloudWatch Logs takes some seconds). */
const LATE_MS = 60_000;
const TOLD = '{ $.message = "told" }';

/**
 * Calls `show` for each event that the stage, or the running local cloud, has told other programs since `sinceMs`, and
 * then for each as it is told, until the context's signal aborts. Each log line is shown once, oldest first as far as
 * they come in order.
 */
export async function follow(
  context: Context,
  { stage, sinceMs }: { stage: string | undefined; sinceMs: number },
  show: (event: ToldEvent) => void,
): Promise<never> {
  const { clock, signal } = context;
  const { name, config } = stage === undefined ? ofCloud(context) : await ofStage(context, stage);
  const patience = patienceOf(context, new Screen(context.stderr));
  const client = new CloudWatchLogsClient({ ...config, retryStrategy: retriesOf(patience, "CloudWatch Logs") });
  const seen = new Map<string, number>();
  try {
    for (let fromMs = sinceMs; ; ) {
      const beganMs = clock.now();
      const groups = TELLERS.map((teller) => `/aws/lambda/dropclip-${teller}-${name}`);
      const lines = await Promise.all(groups.map((group) => linesOf(client, group, fromMs, signal)));
      const fresh = lines.flat().filter(({ eventId }) => !seen.has(eventId!));
      for (const { eventId, timestamp = 0, message = "" } of fresh.sort((a, b) => a.timestamp! - b.timestamp!)) {
        seen.set(eventId!, timestamp);
        const event = eventOf(message);
        if (event) show(event);
      }
      fromMs = Math.max(sinceMs, beganMs - LATE_MS);
      for (const [eventId, atMs] of seen) if (atMs < fromMs) seen.delete(eventId);
      await clock.sleep(POLL_MS, signal);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw awsFailure("CloudWatch Logs", error);
  } finally {
    client.destroy();
  }
}

async function ofStage(context: Context, name: string) {
  const { region } = await readOutputs(context, name);
  return { name, config: accountConfig(context, "CLOUDWATCH_LOGS", region) };
}

function ofCloud(context: Context) {
  const cloud = findCloud(dataDirectory(context));
  return { name: cloud.stage ?? LOCAL_STAGE, config: cloudConfig(cloud) };
}

async function linesOf(client: CloudWatchLogsClient, logGroupName: string, startTime: number, signal: AbortSignal) {
  const input = { logGroupName, startTime, filterPattern: TOLD };
  const lines = [];
  for await (const { events = [] } of paginateFilterLogEvents({ client }, input, { abortSignal: signal }))
    lines.push(...events);
  return lines;
}
