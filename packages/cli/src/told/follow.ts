import { CloudWatchLogsClient, paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs";
import { awsFailure } from "../aws/failure.ts";
import { retriesOf } from "../aws/retries.ts";
import type { Context } from "../context.ts";
import { patienceOf } from "../net/patience.ts";
import { Screen } from "../progress/screen.ts";
import { findOperated } from "../target/operated.ts";
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
  { sinceMs, ...of }: { stage: string | undefined; sinceMs: number },
  show: (event: ToldEvent) => void,
): Promise<never> {
  const { clock, signal } = context;
  const { stage, config } = await findOperated(context, of.stage, "CLOUDWATCH_LOGS");
  const patience = patienceOf(context, new Screen(context.stderr));
  const client = new CloudWatchLogsClient({ ...config, retryStrategy: retriesOf(patience, "CloudWatch Logs") });
  const seen = new Map<string, number>();
  try {
    for (let fromMs = sinceMs; ; ) {
      const beganMs = clock.now();
      const groups = TELLERS.map((teller) => `/aws/lambda/dropclip-${teller}-${stage}`);
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

async function linesOf(client: CloudWatchLogsClient, logGroupName: string, startTime: number, signal: AbortSignal) {
  const input = { logGroupName, startTime, filterPattern: TOLD };
  const lines = [];
  for await (const { events = [] } of paginateFilterLogEvents({ client }, input, { abortSignal: signal }))
    lines.push(...events);
  return lines;
}
