import type { BaseIssue } from "valibot";
import * as v from "valibot";

/** What went wrong, in one word; the API maps it to an HTTP status in one place. */
export type ErrorKind =
  | "invalid"
  | "unauthenticated"
  | "forbidden"
  | "not_found"
  | "conflict"
  | "precondition"
  | "gone"
  | "too_large"
  | "unsupported"
  | "unprocessable"
  | "too_many";

/** The one error a user may see; everything else is logged and reaches them as `internal`. */
export class PublicError extends Error {
  readonly kind: ErrorKind;
  /** Dotted, stable: programs match on it. */
  readonly code: string;
  readonly details: Record<string, string | number | string[]>;
  constructor(kind: ErrorKind, code: string, message: string, details: PublicError["details"] = {}) {
    super(message);
    this.name = "PublicError";
    this.kind = kind;
    this.code = code;
    this.details = details;
  }
}

/** The request does not fit its schema. */
export const Invalid = (issues: readonly BaseIssue<unknown>[]) => {
  const issue = issues[0]!;
  const path = v.getDotPath(issue as never) ?? "the request";
  const field = HEADERS[path] ?? path;
  return new PublicError("invalid", "request.invalid", `${field}: ${why(issue)}`, { field });
};

/** Fields that clients know by another name. */
const HEADERS: Record<string, string> = { idempotencyKey: "Idempotency-Key" };

/** What is wrong, in words; never with what was received: a user's input is not echoed. */
function why(issue: BaseIssue<unknown>): string {
  // The alternative of the right type tells most: it names the rule that was broken.
  const broken = issue.type === "union" ? issue.issues?.find(({ kind }) => kind === "validation") : undefined;
  if (broken) return why(broken);
  if (issue.received === "undefined") return "is missing";
  const limit = String(issue.requirement);
  const unit = typeof issue.input === "string" ? "characters" : "entries";
  switch (issue.type) {
    case "min_length":
      return limit === "1" && unit === "characters" ? "must not be empty" : `must have at least ${limit} ${unit}`;
    case "max_length":
      return `must have at most ${limit} ${unit}`;
    case "min_value":
      return `must be at least ${limit}`;
    case "max_value":
      return `must be at most ${limit}`;
    case "integer":
      return "must be a whole number";
    case "iso_timestamp":
      return "must be a moment with its zone, such as 2026-06-01T20:00:00Z";
    default:
      return issue.message.replace(/:?( but)? received .*$/is, "").replace(/^Invalid [a-z]+: Expected/i, "expected");
  }
}

/** The body is no JSON. */
export const NotJson = () => new PublicError("invalid", "request.not_json", "The request's body is not JSON.");

/** The body is larger than any of these requests can be. */
export const RequestTooLarge = (bytes: number, limit: number) =>
  new PublicError("too_large", "request.too_large", `The request's body has ${bytes} bytes; the limit is ${limit}.`, {
    bytes,
    limit,
  });

/** The body is sent as something else than JSON. */
export const NotSentAsJson = () =>
  new PublicError("unsupported", "request.not_sent_as_json", "Send the body with Content-Type: application/json.");

/** A cursor that no list gave, or another list's. */
export const InvalidCursor = () =>
  new PublicError("invalid", "request.invalid_cursor", "cursor is none that this list gave. Begin without one.", {
    field: "cursor",
  });

/** The same Idempotency-Key came with another request. */
export const IdempotencyMismatch = () =>
  new PublicError(
    "unprocessable",
    "request.idempotency_mismatch",
    "This Idempotency-Key was used for another request. Use a new one.",
  );

/** The thing has changed since the client read it. */
export const PreconditionFailed = () =>
  new PublicError("precondition", "request.precondition_failed", "It has changed since you read it. Read it again.");

/** The user makes calls faster than any honest program. */
export const TooManyCalls = (limit: number, retryAfterSeconds: number) =>
  new PublicError(
    "too_many",
    "request.too_many",
    `At most ${limit} such calls a minute are taken. Try again in ${retryAfterSeconds} seconds.`,
    { limit, retryAfterSeconds },
  );

/** The token is no access token. */
export const NotAnAccessToken = () =>
  new PublicError("unauthenticated", "access.not_an_access_token", "Send the access token, not another one.");

/** The user has deleted their account; their tokens hold for some minutes more, but open nothing. */
export const AccountDeleted = () => new PublicError("unauthenticated", "account.deleted", "This account was deleted.");

/** Deleting the account deletes its events too, and the user has not consented to that. */
export const AccountHasEvents = (events: number) =>
  new PublicError(
    "conflict",
    "account.has_events",
    `You have ${events === 1 ? "1 event" : `${events} events`}: with your account they would be deleted, and all that fans sent to them. To do so, ask with events=delete.`,
    { events },
  );

/** Only some users may do this. */
export const GroupMissing = (groups: string[]) =>
  new PublicError("forbidden", "access.group_missing", `Only a ${groups.join(" or a ")} may do this.`, { groups });

/** A creative who is no fan films only at their own events. */
export const NotYourEvent = () =>
  new PublicError("forbidden", "access.not_your_event", "Only fans and the event's own creative may upload to it.");

/** There is no such user, or the public may not see them. */
export const ProfileNotFound = () => new PublicError("not_found", "profile.not_found", "There is no such profile.");

/** There is no such collection, or it belongs to another creative. */
export const CollectionNotFound = () =>
  new PublicError("not_found", "collection.not_found", "There is no such collection.");

/** The collection holds no such media. */
export const EntryNotFound = () =>
  new PublicError("not_found", "collection.entry_not_found", "The collection does not hold this media.");

/** A collection holds at most so many media. */
export const CollectionFull = (limit: number) =>
  new PublicError("conflict", "collection.full", `A collection holds at most ${limit} media.`, { limit });

/** Only what is published can be hidden, shown or collected. */
export const MediaNotComplete = (status: string) =>
  new PublicError("conflict", "media.not_complete", `The file is ${status}, not complete.`, { status });

/** Its event's creative has not looked at it yet: until then it is neither hidden nor shown. */
export const MediaWaiting = () =>
  new PublicError("conflict", "media.waiting", "The file waits for review. Publish or refuse it.");

/** Only what waits for review can be published or refused. `state`: its status, or `published`. */
export const MediaNotWaiting = (state: string) =>
  new PublicError("conflict", "media.not_waiting", `The file is ${state}; it does not wait for review.`, { state });

/** All of an upload that waits is to be published or refused, but nothing does. */
export const NothingWaits = () =>
  new PublicError("conflict", "upload.not_waiting", "Nothing of this upload waits for review.");

/** The event's times contradict each other. */
export const TimesInWrongOrder = (first: string, second: string) =>
  new PublicError("invalid", "event.times_in_wrong_order", `${second} must be later than ${first}.`, {
    field: second,
    first,
  });

/** Days are asked for that are in the wrong order, or too many at once. */
export const DaysNotTaken = (most: number) =>
  new PublicError("invalid", "request.invalid", `to: must not be before from, and at most ${most} days are told.`, {
    field: "to",
  });

/** There is no such event. */
export const EventNotFound = () => new PublicError("not_found", "event.not_found", "There is no such event.");

/** Uploads are taken only while the event's upload window is open. */
export const EventClosed = (opensAt: string, closesAt: string) =>
  new PublicError("conflict", "event.closed", `This event takes uploads from ${opensAt} to ${closesAt}.`, {
    opensAt,
    closesAt,
  });

/** There is no such upload, or it belongs to another fan. */
export const UploadNotFound = () => new PublicError("not_found", "upload.not_found", "There is no such upload.");

/** The upload has no such media. */
export const MediaNotFound = () => new PublicError("not_found", "media.not_found", "The upload has no such file.");

/** The media no longer waits for its bytes. */
export const MediaNotPending = (status: string) =>
  new PublicError("conflict", "media.not_pending", `The file is already ${status}; its bytes can no longer be sent.`, {
    status,
  });

/** The upload's 24 hours are over. */
export const UploadExpired = (expiresAt: string) =>
  new PublicError("gone", "upload.expired", `The upload had to be sent by ${expiresAt}. Start a new one.`, {
    expiresAt,
  });

/** An upload holds at most one video. */
export const TooManyVideos = (count: number) =>
  new PublicError("invalid", "upload.too_many_videos", `An upload holds at most 1 video; this one names ${count}.`, {
    count,
    limit: 1,
  });

/** An upload holds at most so many images. */
export const TooManyImages = (count: number, limit: number) =>
  new PublicError(
    "invalid",
    "upload.too_many_images",
    `An upload holds at most ${limit} images; this one names ${count}.`,
    { count, limit },
  );

/** The file is larger than the event takes. */
export const FileTooLarge = (bytes: number, limit: number) =>
  new PublicError("too_large", "upload.too_large", `The file has ${bytes} bytes; the limit is ${limit}.`, {
    bytes,
    limit,
  });

/** The file's extension or type is none that is taken. */
export const TypeNotTaken = (taken: string[]) =>
  new PublicError(
    "unsupported",
    "upload.type_not_taken",
    `Files of this type are not taken. Taken are: ${taken.join(", ")}. Phones can send photos as JPEG and videos as MP4.`,
    { taken },
  );

/** The event takes only some kinds of media. */
export const ContentTypeNotTaken = (kind: string, taken: string[]) =>
  new PublicError(
    "unsupported",
    "upload.kind_not_taken",
    `This event takes no ${kind}s, only ${taken.join(" and ")}s.`,
    { kind, taken },
  );

/** The fan has used up the uploads this event grants. */
export const TooManyUploads = (limit: number) =>
  new PublicError(
    "too_many",
    "upload.too_many",
    `You have used the ${limit} uploads this event takes from one fan. One that was processed still counts when it is deleted.`,
    { limit },
  );

/** The user has sent as much as is taken from one user in a day. `used` and `limit` in `unit`s. */
export const DayUsedUp = (
  unit: "uploads" | "bytes" | "minutes" | "pictures" | "reports",
  used: number,
  limit: number,
  retryAfterSeconds: number,
) => {
  const whole = Math.floor(used);
  const what = unit === "minutes" ? "minutes of video" : unit;
  const hours = Math.ceil(retryAfterSeconds / 3600);
  return new PublicError(
    "too_many",
    "upload.day_used_up",
    `You have sent ${whole} ${what} today; the limit of one day is ${limit}. Try again in ${hours} hour${hours === 1 ? "" : "s"}.`,
    { unit, used: whole, limit, retryAfterSeconds },
  );
};

/** Nothing is signed about a multipart upload that was not begun. */
export const MultipartNotBegun = () =>
  new PublicError(
    "conflict",
    "sign.multipart_not_begun",
    "No multipart upload was begun for this file. Begin it first.",
  );

/** Signing is for the one multipart upload that the file's record names. */
export const AnotherMultipart = () =>
  new PublicError(
    "conflict",
    "sign.another_multipart",
    "s3UploadId is not the multipart upload of this file. Begin it again: that tells which one it is.",
  );

/** S3 has the file whole; its event is on its way. */
export const MediaArrived = () =>
  new PublicError("conflict", "media.arrived", "The file has arrived whole; its processing is about to begin.");

/** Signing parts needs their numbers. */
export const PartNumbersMissing = () =>
  new PublicError("invalid", "sign.part_numbers_missing", "partNumbers is needed to sign UploadPart.");

/** A file of this size has fewer parts. */
export const NoSuchPart = (partNumber: number, parts: number) =>
  new PublicError("invalid", "sign.no_such_part", `There is no part ${partNumber}: this file has ${parts}.`, {
    partNumber,
    parts,
  });

/** The file is sent the other way: one PUT up to the threshold, parts above it. */
export const WrongTransfer = (method: string) =>
  new PublicError("conflict", "sign.wrong_transfer", `This file is to be sent by ${method}.`, { method });
