export * as Metric from "./metrics.ts";

/** Where CloudWatch keeps what dropclip measures itself. Functions write it; alarms and the dashboard read it. */
export const NAMESPACE = "dropclip";

/**
 * Each is counted once per media, or again where a task is repeated whose answer was lost. It has the dimensions
 * `Stage`, and `Stage` with `ContentType`.
 */
export const MEDIA = {
  /** A file has arrived and was looked at, whatever became of it. */
  received: "MediaReceived",
  published: "MediaPublished",
  /** The fan's file is at fault. */
  rejected: "MediaRejected",
  /** Our side is at fault: it can be redriven. */
  failed: "MediaFailed",
  /** A file that was announced never arrived. */
  expired: "MediaExpired",
} as const;

/** Beside each file that was received or published: bytes, and milliseconds from its arrival. */
export const BYTES_RECEIVED = "BytesReceived";
export const TIME_TO_PUBLISH = "TimeToPublish";

/** What each sweep finds, for the stage as a whole: media that get no further, and deletions that do not end. */
export const STUCK = "StuckMedia";
export const OVERDUE = "SettlementsOverdue";

/** A delivery to the webhook was given up, or the webhook said that it is gone. */
export const UNDELIVERED = "WebhookFailures";

export const STAGE = "Stage";
export const CONTENT_TYPE = "ContentType";
