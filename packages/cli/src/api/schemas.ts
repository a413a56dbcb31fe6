import { Info as CollectionInfo } from "@dropclip/core/collection/schemas";
import { Info as EventInfo } from "@dropclip/core/event/schemas";
import { Info as MediaInfo } from "@dropclip/core/gallery/schemas";
import * as Picture from "@dropclip/core/picture/schemas";
import { Problem as ProblemInfo } from "@dropclip/core/problem";
import { Info as ReportInfo } from "@dropclip/core/report/schemas";
import * as Review from "@dropclip/core/review/schemas";
import * as Signing from "@dropclip/core/signed";
import * as Uploads from "@dropclip/core/upload/schemas";
import { Info as UserInfo } from "@dropclip/core/user";
import * as ViewsInfo from "@dropclip/core/views/schemas";
import * as v from "valibot";
import { tolerant } from "./tolerant.ts";

/** The client opens it, so it must lead to an HTTP server. */
const url = v.pipe(v.string(), v.url(), v.regex(/^https?:/));

/** How to send a pending media's file. */
export type Transfer = Uploads.Transfer;

/** Where a media's files are: those that there are. */
export type Urls = Partial<v.InferOutput<typeof Uploads.Urls>>;

/** The record of an upload. Other members are kept, for `--json`. */
export const Upload = tolerant(Uploads.Info);
export type Upload = v.InferOutput<typeof Upload>;

/** One file of an upload. A status that this client does not know is final and only shown. */
export type Media = Upload["media"][number];

/** Calls to S3 that the API has signed. Send each with exactly its headers; Content-Length may be added. */
const { requests } = tolerant(Signing.Requests).entries;
export const Signed = v.looseObject({
  requests: v.array(v.looseObject({ ...requests.item.entries, url })),
  expiresAt: v.pipe(v.string(), v.isoTimestamp()),
});
export type Signed = v.InferOutput<typeof Signed>;
export type SignedRequest = Signed["requests"][number];

/** The multipart upload that sends a file. */
export const Begun = v.looseObject({
  ...tolerant(Signing.Multipart).entries,
  s3UploadId: v.pipe(v.string(), v.minLength(1)),
});
export type Begun = v.InferOutput<typeof Begun>;

/** URLs of a media's files for users who may see them before the public, or when the public may not. */
export const Preview = tolerant(Signing.Preview);

/** Where published media are to be had as a file. */
export const Download = v.looseObject({ url, fileName: v.string(), expiresAt: v.string() });

/** A form that sends one file to S3: the fields, then the file as `file`. */
export const PostForm = v.looseObject({ ...tolerant(Signing.PostForm).entries, url });
export type PostForm = v.InferOutput<typeof PostForm>;

/** An event's flyer, and the result for the one that was sent last. */
export const Flyer = tolerant(Picture.Flyer);
export type Flyer = v.InferOutput<typeof Flyer>;

/** The user, as the API returns them. */
export const Me = tolerant(UserInfo);

export const Event = tolerant(EventInfo);
export type Event = v.InferOutput<typeof Event>;

/** Published media, as galleries and collections return them. */
export const Published = tolerant(MediaInfo);
export type Published = v.InferOutput<typeof Published>;

/** What a user reported of a creative's event. A reason that this client does not know is only shown. */
export const Report = tolerant(ReportInfo);
export type Report = v.InferOutput<typeof Report>;

/** Media that wait for an event's creative, and what became of those that were decided on. */
export const Waiting = tolerant(Review.Waiting);
export type Waiting = v.InferOutput<typeof Waiting>;
export const Decided = tolerant(Review.Decided);
export type Decided = v.InferOutput<typeof Decided>;

export const Collection = tolerant(CollectionInfo);
export type Collection = v.InferOutput<typeof Collection>;

/** How often media were watched, day by day; and each of them. */
export const Views = tolerant(ViewsInfo.Info);
export type Views = v.InferOutput<typeof Views>;
export const MediaViews = tolerant(ViewsInfo.OfMedia);
export type MediaViews = v.InferOutput<typeof MediaViews>;

/** The body of the API's errors. A gateway in front of the API may leave out what it does not know. */
const { code, message, requestId } = tolerant(ProblemInfo).entries;
export const Problem = v.looseObject({ code, message, requestId: v.optional(requestId) });
