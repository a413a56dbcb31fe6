import { call } from "../api/call.ts";
import { now } from "../api/clock.ts";
import { Problem } from "../api/problem.ts";
import type { UploadMedia } from "../api/types.ts";
import { contentTypeOf } from "./check.ts";
import type { Transfer } from "./sender.ts";

interface File {
  name: string;
  type: string;
  bytes: number;
}

/**
 * Announces files as one upload, at most one clip among them and that first; where each is to be sent, in their order.
 */
export async function announce(eventId: string, files: File[], key: string): Promise<Transfer[]> {
  const upload = await call("post", "/events/{eventId}/uploads", {
    path: { eventId },
    body: {
      files: files.map(({ name, type, bytes }) => ({ name: name.slice(-255), ...(type ? { type } : {}), bytes })),
    },
    idempotencyKey: key,
  });
  const { uploadId, fanId, media } = upload;
  let images = 0;
  return files.map((file) => {
    const mediaId = contentTypeOf(file) === "video" ? "video" : `image${++images}`;
    const one = media.find((each) => each.mediaId === mediaId);
    if (one?.bytes !== file.bytes) throw new Error(`The upload ${uploadId} names other files than were announced.`);
    return { uploadId, mediaId: one.mediaId, fanId, method: one.transfer?.method ?? "put" };
  });
}

/** The record of one file; undefined when it can no longer be sent. */
export async function recordOf({ uploadId, mediaId }: Transfer): Promise<UploadMedia | undefined> {
  try {
    const upload = await call("get", "/uploads/{uploadId}", { path: { uploadId } });
    const media = upload.media.find((one) => one.mediaId === mediaId);
    const isPast = media?.status === "pending" && Date.parse(upload.expiresAt) < now();
    return media?.status === "expired" || isPast ? undefined : media;
  } catch (error) {
    if (error instanceof Problem && (error.status === 404 || error.status === 410)) return undefined;
    throw error;
  }
}
