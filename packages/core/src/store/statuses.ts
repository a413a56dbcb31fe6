/** What an upload holds: at most one video, and images. */
export const CONTENT_TYPES = ["video", "image"] as const;

export const MEDIA_STATUS = ["pending", "processing", "complete", "rejected", "failed", "expired", "deleted"] as const;

export const UPLOAD_STATUS = [
  "pending",
  "processing",
  "complete",
  "partial",
  "rejected",
  "failed",
  "expired",
  "deleted",
] as const;

/**
 * What may be seen of media that were made ready. `hiding`, `showing` and `refusing` until S3 and the edge agree with
 * the record; `waiting` for its event's creative, who publishes it (`showing`) or refuses it.
 */
export const VISIBILITY = ["public", "hiding", "hidden", "showing", "waiting", "refusing", "refused"] as const;

/** The states of an offered picture. */
export const OFFER_STATUS = ["pending", "complete", "rejected"] as const;

/** Why a user reports a media. */
export const REPORT_REASONS = ["privacy", "rights", "offensive", "spam", "other"] as const;
