import type { MEDIA_STATUS, UPLOAD_STATUS, VISIBILITY } from "../store/statuses.ts";

export type MediaStatus = (typeof MEDIA_STATUS)[number];
export type UploadStatus = (typeof UPLOAD_STATUS)[number];

/** An upload's status follows from its media's. */
export function statusOf(media: MediaStatus[]): UploadStatus {
  const has = (status: MediaStatus) => media.includes(status);
  const all = (status: MediaStatus) => media.every((one) => one === status);
  // The media of an upload that was deleted long ago may expire before it.
  if (media.length === 0) return "deleted";
  if (all("pending")) return "pending";
  if (has("pending") || has("processing")) return "processing";
  if (all("complete")) return "complete";
  if (has("complete")) return "partial";
  if (has("failed")) return "failed";
  if (has("rejected")) return "rejected";
  return has("expired") ? "expired" : "deleted";
}

/** Whether the public may see a media that was made ready. */
export type Visibility = (typeof VISIBILITY)[number];

const UNSETTLED: ReadonlySet<string | undefined> = new Set<Visibility>(["hiding", "showing", "refusing"]);

/** Whether S3 and the edge do not agree with the record yet. */
export const isUnsettled = ({ visibility }: { visibility?: Visibility | undefined }) => UNSETTLED.has(visibility);

/** Whether an upload with this status is finished; a failed one can be redriven, so it stays open. */
export const isClosed = (status: UploadStatus) => !["pending", "processing", "failed"].includes(status);

/**
 * Whether nothing about the upload is left to do, for the pipeline or for settling. A file that
 * failed is tried again, also where the others are published.
 */
export const isSettled = (
  status: UploadStatus,
  media: { status: MediaStatus; visibility?: Visibility | undefined }[],
) => isClosed(status) && status !== "deleted" && !media.some((one) => one.status === "failed" || isUnsettled(one));
