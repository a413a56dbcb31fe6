import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { config } from "@dropclip/core/config";
import { Telling } from "@dropclip/core/telling";
import { logger } from "../log.ts";
import { events } from "./settling.ts";

/** Entries of one request (AWS: PutEvents). */
const ENTRIES = 10;

/**
 * Puts on the bus what other programs are to be told of an upload, and notes what the bus has taken. Whatever breaks
 * down between the two is told again: at least once. Throws when the bus did not take all.
 */
export async function tellDue(uploadId: string, mediaId: string | undefined): Promise<void> {
  const due = await Telling.due(uploadId, mediaId);
  const taken = due.news.filter(({ event }) => !event).map(({ key }) => key);
  const refused: string[] = [];
  const told = due.news.flatMap(({ key, event }) => (event ? [{ key, event }] : []));
  for (let from = 0; from < told.length; from += ENTRIES) {
    const some = told.slice(from, from + ENTRIES);
    const { Entries = [] } = await events().send(
      new PutEventsCommand({
        Entries: some.map(({ event }) => ({
          Source: config.toldSource,
          DetailType: event.type,
          Detail: JSON.stringify(event.detail),
        })),
      }),
    );
    for (const [index, { key, event }] of some.entries()) {
      const { EventId, ErrorCode, ErrorMessage } = Entries[index] ?? {};
      // Each entry succeeds or fails by itself.
      if (EventId) taken.push(key);
      else refused.push(`${key}: ${ErrorCode}: ${ErrorMessage}`);
      // `dropclip events follow` reads it.
      if (EventId) logger.info("told", { type: event.type, detail: event.detail, EventId });
    }
  }
  await Telling.told(due, taken);
  if (refused.length > 0) throw new Error(`the event bus did not take ${refused.join("; ")}`);
}
