import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { Card } from "@dropclip/core/card";
import { config } from "@dropclip/core/config";
import { logger } from "../log.ts";
import { lazily } from "./lazily.ts";

/** The event bus. */
export const events = lazily(() => new EventBridgeClient({}));

/**
 * The record to settle: a media, a deleted upload, or an event or user that is deleted or whose
 * picture was taken away.
 */
export type Settlement = { uploadId: string; mediaId?: string } | { eventId: string } | { userId: string };

/**
 * Requests that S3 and the edge follow the record, in the background. If the event bus does not take the request, the
 * record itself keeps it due: the sweep asks again.
 */
export const requestSettlement = (settlement: Settlement): Promise<void> => request("Settlement Due", settlement);

/** Requests work on the invalidation queue. If the event bus does not take the request, the sweep asks again. */
export const requestInvalidation = (): Promise<void> => request("Invalidation Due", {});

/**
 * Requests that the page of an event or a collection, or those of all events of a creative, follow their records. If
 * the event bus does not take the request, they follow the next change, or the next time that the pages are published.
 */
export const requestPage = (owner: Card.Owner | { creativeId: string }): Promise<void> => request("Page Due", owner);

type DetailType = "Settlement Due" | "Invalidation Due" | "Page Due";

async function request(DetailType: DetailType, detail: object): Promise<void> {
  try {
    await announce(DetailType, detail);
  } catch (error) {
    const later = DetailType === "Page Due" ? "the page follows the next change" : "the sweep will";
    logger.error(`an event could not be sent; ${later}`, { DetailType, ...detail, error: error as Error });
  }
}

/** Puts an event of this stage on the bus, or throws: for who is run again by themselves. */
export async function announce(DetailType: DetailType, detail: object): Promise<void> {
  const entry = { Source: config.eventSource, DetailType, Detail: JSON.stringify(detail) };
  const { Entries } = await events().send(new PutEventsCommand({ Entries: [entry] }));
  const failed = Entries?.find(({ ErrorCode }) => ErrorCode);
  if (failed) throw new Error(`${failed.ErrorCode}: ${failed.ErrorMessage}`);
}
