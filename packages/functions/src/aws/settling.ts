import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { config } from "@dropclip/core/config";
import { logger } from "../log.ts";
import { lazily } from "./lazily.ts";

const events = lazily(() => new EventBridgeClient({}));

/**
 * Which record S3 and the edge are to follow: a media's, a deleted upload's, an event's or a user's that is deleted or
 * whose picture was taken away.
 */
export type Settlement = { uploadId: string; mediaId?: string } | { eventId: string } | { userId: string };

/**
 * Has S3 and the edge brought in line with the record, in the background. Should the event bus not take it, the record
 * itself keeps it due: the sweep asks again.
 */
export const requestSettlement = (settlement: Settlement): Promise<void> => request("Settlement Due", settlement);

/** Has the edge told what is due. Should the event bus not take it, it stays due: the sweep asks again. */
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
