import type { Delivery } from "./delivery.ts";

const POLL_MS = 500;
/** The pipeline claims a completed object within a second or two. */
const ARRIVAL_MS = 10_000;

/**
 * Whether the pipeline has the file: its media is no longer pending. Waits for that where S3 was told to complete it.
 */
export async function hasArrived({ api, uploadId, state, patience }: Delivery): Promise<boolean> {
  const { clock, signal } = patience;
  for (const end = clock.now() + ARRIVAL_MS; ; ) {
    const answer = await api.read(uploadId);
    const media = answer?.upload.media.find(({ mediaId }) => mediaId === state.mediaId);
    if (media?.status !== "pending") return true;
    if (!state.completing || clock.now() >= end) return false;
    await clock.sleep(POLL_MS, signal);
  }
}
