import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { config } from "@dropclip/core/config";
import { logger } from "../log.ts";
import { lazily } from "./lazily.ts";

const events = lazily(() => new EventBridgeClient({}));

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

async function request(DetailType: "Settlement Due" | "Invalidation Due", detail: object): Promise<void> {
  const entry = { Source: config.eventSource, DetailType, Detail: JSON.stringify(detail) };
  try {
    const { Entries } = await events().send(new PutEventsCommand({ Entries: [entry] }));
    const failed = Entries?.find(({ ErrorCode }) => ErrorCode);
    if (failed) throw new Error(`${failed.ErrorCode}: ${failed.ErrorMessage}`);
  } catch (error) {
    logger.error("an event could not be sent; the sweep will", { DetailType, ...detail, error: error as Error });
  }
}
