import { ApiRefusal } from "../api/caller.ts";
import { together } from "../net/together.ts";
import { hasArrived } from "./arrival.ts";
import type { Delivery } from "./delivery.ts";
import { sendByParts } from "./multipart.ts";
import { sendByPut } from "./put.ts";

/** Requests to S3 at the same time, for all files together. */
export const PARALLEL_REQUESTS = 6;

/** Sends every file that S3 does not have yet. The first failure stops the others; the journal keeps what they sent. */
export async function sendAll(deliveries: Delivery[], signal: AbortSignal): Promise<void> {
  await together(
    signal,
    deliveries.map(
      (delivery) => (joined) => sendOne({ ...delivery, patience: { ...delivery.patience, signal: joined } }),
    ),
  );
}

async function sendOne(delivery: Delivery) {
  const { transfer, remember, progress } = delivery;
  try {
    if (transfer.method === "put") await sendByPut(delivery);
    else await sendByParts(delivery, transfer.partBytes);
  } catch (error) {
    // The API signs no more calls for a file that the pipeline has taken since we looked: an earlier run had sent it.
    if (!(error instanceof ApiRefusal && (await hasArrived(delivery)))) throw error;
  }
  remember({ sent: true });
  progress.sent();
}
