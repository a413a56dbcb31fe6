import { EVENT_RETRY_MS, SIGNED_URL_SECONDS, UPLOAD_EXPIRES_MS } from "@dropclip/core/limits";
import { type MediaRef, mediaOf, refText } from "../input/ids.ts";
import type { States } from "./client.ts";
import { describeAll } from "./described.ts";
import { type Failed, mediaOfInput } from "./failed.ts";

/** The name of an execution that the sweep started contains its media. */
const STARTED_BY_SWEEP = /^(?:restart|retry-\d+)-([0-9a-f-]{36})-(video|image\d+)$/;

/** Keeps the failed executions after which no other execution began for the same media: a later one replaces it. */
export async function newestOf(states: States, machine: string, failed: Failed[]): Promise<Failed[]> {
  const newest = new Map<string, Failed>();
  for (const each of failed) {
    const known = newest.get(refText(each));
    if (!known || known.startedAt < each.startedAt) newest.set(refText(each), each);
  }
  if (newest.size === 0) return [];
  const giveWay = (media: MediaRef | undefined, startedAt: Date) => {
    const known = media && newest.get(refText(media));
    if (known && known.startedAt < startedAt) newest.delete(refText(known));
  };
  const judged = new Set(failed.map(({ executionArn }) => executionArn));
  const earliest = Math.min(...[...newest.values()].map(({ startedAt }) => startedAt.getTime()));
  const nameless: string[] = [];
  for await (const { executionArn, name, startDate, stopDate } of states.list(machine)) {
    // AWS lists the newest first, ended ones by their end: no execution after this one began later than the failed one.
    if (stopDate && stopDate.getTime() < earliest) break;
    if (judged.has(executionArn!)) continue;
    const [, uploadId, mediaId] = STARTED_BY_SWEEP.exec(name ?? "") ?? [];
    if (uploadId && mediaId) giveWay(mediaOf(`${uploadId}/${mediaId}`), startDate!);
    else if ([...newest.values()].some((each) => mayBeOf(each, startDate!))) nameless.push(executionArn!);
  }
  for (const { input, startDate } of await describeAll(states, nameless)) giveWay(mediaOfInput(input), startDate!);
  return [...newest.values()];
}

/** Whether S3's event may have started a later execution: until then the fan could still send the file again. */
function mayBeOf({ uploadId, startedAt }: Failed, began: Date): boolean {
  return began > startedAt && began.getTime() <= lastArrivalMs(uploadId);
}

function lastArrivalMs(uploadId: string): number {
  // A UUIDv7 begins with its time of creation, in milliseconds.
  const createdMs = Number.parseInt(uploadId.replaceAll("-", "").slice(0, 12), 16);
  return createdMs + UPLOAD_EXPIRES_MS + SIGNED_URL_SECONDS * 1000 + EVENT_RETRY_MS;
}
