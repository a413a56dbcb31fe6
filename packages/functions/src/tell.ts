import { logger } from "./log.ts";

/**
 * Tells other programs what became of an upload's media, and of the upload. Where that does not succeed the record
 * keeps it due, and the sweep tells it. Without a media everything that is due of the upload.
 */
export async function tell({ uploadId, mediaId }: { uploadId: string; mediaId?: string }): Promise<void> {
  try {
    // Seldom needed by most of those who may tell something: their cold starts need not wait for it.
    const { tellDue } = await import("./aws/telling.ts");
    await tellDue(uploadId, mediaId);
  } catch (error) {
    logger.error("what changed could not be told; the sweep will", { uploadId, mediaId, error: error as Error });
  }
}
