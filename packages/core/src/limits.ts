const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Largest video. Also the most one S3 PutObject takes (AWS: 5 GB). */
export const VIDEO_BYTES = 5 * GIB;
export const VIDEO_DURATION_MS = 10 * MINUTE_MS;
export const IMAGE_BYTES = 25 * MIB;
/** Bounds what decoding one image may take in memory. */
export const IMAGE_PIXELS = 100_000_000;
/** Most pixels of a flyer or profile picture, all frames together: it is written anew in its own size. */
export const PICTURE_PIXELS = 52_000_000;
/** Most frames of a flyer or profile picture: each frame costs time, however small it is. */
export const PICTURE_FRAMES = 500;
/** Longest side of a published image, pixels. */
export const IMAGE_SIDE = 4096;
/** Longest side of an image's thumbnail, pixels. */
export const IMAGE_THUMBNAIL_SIDE = 640;
/**
 * Shortest side of a video: MediaConvert writes no picture smaller than 32 × 32 (AWS service model, Width and Height).
 */
export const VIDEO_SIDE_MIN = 32;

export const VIDEOS_PER_UPLOAD = 1;
export const IMAGES_PER_UPLOAD = 20;
/** Default of an event. */
export const UPLOADS_PER_FAN = 20;

export const PART_BYTES = 8 * MIB;
/** Above this a file is sent in parts. */
export const MULTIPART_FROM_BYTES = 16 * MIB;
/** S3 takes 10,000 parts of one object (AWS). */
export const PARTS = 10_000;
/** Part numbers signed by one call: keeps request and answer small. */
export const PARTS_PER_SIGN = 100;

/** Calls of one user in one minute, by kind: only a faulty program needs more. `leave` deletes the account. */
export const CALLS_PER_MINUTE = { read: 600, write: 120, sign: 240, leave: 10 } as const;
/** An access token lives no longer, whatever the user pool's settings say (AWS: Cognito, token expiration). */
export const ACCESS_TOKEN_MS_MAX = 24 * HOUR_MS;
/** A server counts this part of a user's reads ahead. */
export const LEASE_SHARE = 4;
export const RATE_WINDOW_MS = MINUTE_MS;
/** A create repeated with the same Idempotency-Key within this time is answered from what the first one made. */
export const IDEMPOTENCY_MS = 24 * HOUR_MS;
/** Longest Idempotency-Key, characters. */
export const IDEMPOTENCY_KEY_LENGTH = 128;
/** What is deleted is remembered this long, then forgotten whole. */
export const DELETED_KEPT_MS = 30 * 24 * HOUR_MS;

/** Largest body of a request to the API: names and numbers, never files. */
export const REQUEST_BYTES = 256 * KIB;

/** Steps of a media's timeline after which hiding and showing it is told no more. */
export const TIMELINE_STEPS = 100;

/** Entries of a page of a list. */
export const PAGE = 20;
export const PAGE_MAX = 100;
/** Uploads of a page: each is read whole. */
export const UPLOADS_PAGE_MAX = 25;

export const TITLE_LENGTH = 200;
export const DESCRIPTION_LENGTH = 2000;
/** Longest name in a user profile, characters. */
export const DISPLAY_NAME_LENGTH = 50;
/** What may be said in a report beside its reason, characters. */
export const REPORT_TEXT_LENGTH = 500;
/** What a performer may say to the fans whose media they refuse, characters. */
export const REFUSAL_TEXT_LENGTH = 500;
/** Media that one call publishes or refuses after review. */
export const REVIEW_AT_ONCE = 100;
/** Reports that one user makes in one day (UTC): each asks for somebody's time. */
export const REPORTS_PER_DAY = 50;
/** So long a public list may be shown as it was: who wants to know what is new need not ask more often. */
export const POLL_SECONDS = 5;
export const COLLECTION_MEDIA = 1000;
/** Without times of its own an event's upload window opens at once and closes after this long. */
export const WINDOW_MS = 30 * 24 * HOUR_MS;
/** An event may ask for longer clips than `VIDEO_DURATION_MS`, up to this. */
export const VIDEO_DURATION_MS_MAX = 24 * HOUR_MS;
export const UPLOADS_PER_FAN_MAX = 10_000;

/**
 * Limits of one fan in one day (UTC), over all events. Deleted uploads count too, because their work was paid for.
 * They are far more than a person films in a day, and bound what one account can cost.
 */
export const FAN_DAY_UPLOADS = 2000;
export const FAN_DAY_BYTES = 100 * GIB;
export const FAN_DAY_VIDEO_MS = 5 * HOUR_MS;
/**
 * Flyers of one event, or pictures of one user, that are checked in one day: each costs decoding and an invalidation.
 */
export const PICTURES_PER_DAY = 50;

export const SIGNED_URL_SECONDS = 15 * 60;
/** A file that has not arrived by then expires. */
export const UPLOAD_EXPIRES_MS = 24 * HOUR_MS;
/** What is on its way arrives by then: S3's events usually come within seconds (AWS). */
export const LOST_EVENT_MS = 15 * MINUTE_MS;
/**
 * EventBridge tries this long to deliver an event. Until then the event may still come, so the sweep leaves it alone.
 */
export const EVENT_RETRY_MS = 2 * HOUR_MS;
/** Pauses before the automatic retries of what failed on our side; after the last one an operator must act. */
export const RETRY_PAUSES_MS = [15 * MINUTE_MS, HOUR_MS, 4 * HOUR_MS, 12 * HOUR_MS];
/**
 * Pauses between attempts to deliver an event to the webhook, a little over three days in all (Standard Webhooks' own,
 * but for its first of 5 seconds); after the last attempt it is given up.
 */
export const DELIVERY_PAUSES_MS = [
  ...[5 * MINUTE_MS, 30 * MINUTE_MS, 2 * HOUR_MS, 5 * HOUR_MS],
  ...[10 * HOUR_MS, 14 * HOUR_MS, 20 * HOUR_MS, 24 * HOUR_MS],
];
/** How long a delivery is kept as a record, and waits at most where the webhook is off. */
export const DELIVERY_KEPT_MS = 30 * 24 * HOUR_MS;
/** An attempt fails after so long (Standard Webhooks: 15 to 30 seconds; a receiver should answer before it works). */
export const DELIVERY_TIMEOUT_MS = 15 * SECOND_MS;
/** A webhook that did not answer in time is sent nothing but what is due, for so long. */
export const DELIVERY_SLOW_MS = 5 * MINUTE_MS;
/** A media that is processed without a step for so long does not get on by itself: operators are alarmed. */
export const STUCK_MS = HOUR_MS;
/** What was deleted or hidden is settled by then, or operators are alarmed. */
export const OVERDUE_MS = HOUR_MS;
/** Bytes of a file's head that tell its type: enough for the boxes of MP4, Matroska and MPEG-TS. */
export const HEAD_BYTES = 64 * KIB;
/** Longest file name kept, characters. */
export const FILE_NAME_LENGTH = 255;

/** Days that the edge's access logs are kept. What was counted of them is kept as long as what it is about. */
export const LOG_DAYS = 90;
/** Days that S3's own are kept: they hold addresses, which S3 does not let be left out. As long as functions' logs. */
export const STORAGE_LOG_DAYS = 30;
/** Days of which views are told unless others are asked for, and the most that may be asked for at once. */
export const VIEWS_DAYS = 30;
export const VIEWS_DAYS_MAX = 366;
/** Most days over which media are ranked by their views: each is a list of its own. */
export const RANKED_DAYS_MAX = 31;

/** Size of each part of a file, bytes: `PART_BYTES`, raised (to whole MiB) so that `PARTS` suffice. */
export const partBytes = (bytes: number) => Math.max(PART_BYTES, Math.ceil(bytes / PARTS / MIB) * MIB);

/** How many parts a file has. */
export const partCount = (bytes: number) => Math.max(1, Math.ceil(bytes / partBytes(bytes)));

/** Size of one part, bytes; the last one is what remains. */
export const partLength = (bytes: number, partNumber: number) =>
  Math.min(partBytes(bytes), bytes - (partNumber - 1) * partBytes(bytes));
