import { Collection } from "@dropclip/core/collection";
import { announce } from "../aws/settling.ts";

/** Has all pages that may show something of the upload follow its records. */
export async function announcePages({ uploadId, eventId }: { uploadId: string; eventId: string }): Promise<void> {
  await announce("Page Due", { eventId });
  for (const collectionId of await Collection.having(uploadId)) await announce("Page Due", { collectionId });
}
