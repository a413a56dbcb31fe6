import { Entity } from "electrodb";
import { inTable } from "./database.ts";
import { CONTENT_TYPES, MEDIA_STATUS, VISIBILITY } from "./statuses.ts";
import { storyboard } from "./storyboard.attribute.ts";

/** One row per file of an upload, beside the upload's own row: one query reads the whole record. */
export const MediaEntity = inTable(
  "uploads",
  new Entity({
    model: { entity: "media", service: "uploads", version: "1" },
    attributes: {
      uploadId: { type: "string", required: true, readOnly: true },
      mediaId: { type: "string", required: true, readOnly: true },
      contentType: { type: CONTENT_TYPES, required: true, readOnly: true },
      /** As the fan's device calls it; never part of a key. */
      fileName: { type: "string", required: true, readOnly: true },
      extension: { type: "string", required: true, readOnly: true },
      bytes: { type: "number", required: true, readOnly: true },
      /** The event's limit when the upload was made. */
      maxDurationMs: { type: "number", required: true, readOnly: true },
      status: { type: MEDIA_STATUS, required: true },
      progress: { type: "number", required: true },
      reason: {
        type: "map",
        properties: { code: { type: "string" }, message: { type: "string" }, said: { type: "string" } },
      },
      /** What failed on our side, for operators; never shown to fans. */
      failure: {
        type: "map",
        properties: { error: { type: "string" }, cause: { type: "string" }, executionArn: { type: "string" } },
      },
      /** When it failed last, and how often it was tried again since without a hand. */
      failedAt: { type: "string" },
      retries: { type: "number" },
      /** S3's id of the multipart upload that sends the bytes: the only one that anything is signed for. */
      s3UploadId: { type: "string" },
      /** The event that was claimed. */
      etag: { type: "string" },
      sequencer: { type: "string" },
      executionArn: { type: "string" },
      /** Milliseconds of video that were counted to the fan's day. */
      countedMs: { type: "number" },
      /** MediaConvert's code of a job that ended in ERROR. */
      jobErrorCode: { type: "number" },
      /** How a video was converted, as far as its cost depends on it; missing in rows that were written before. */
      conversion: {
        type: "map",
        properties: {
          fps: { type: "number" },
          hdr: { type: "boolean" },
          interlaced: { type: "boolean" },
          silent: { type: "boolean" },
        },
      },
      width: { type: "number" },
      height: { type: "number" },
      durationMs: { type: "number" },
      /** Frames of a video; missing in rows that were written before. */
      storyboard: storyboard(),
      publishedAt: { type: "string" },
      /** When it could be seen for the first time; missing in rows that were published before this was noted. */
      shownAt: { type: "string" },
      /** Missing: public. */
      visibility: { type: VISIBILITY },
      /**
       * Whether its event's creative looks at it before it is published. Said once, when the file first arrives: every
       * execution then puts what it makes into the same place.
       */
      held: { type: "boolean" },
      /** Since when it waits for them. */
      waitingSince: { type: "string" },
      timeline: {
        type: "list",
        required: true,
        items: { type: "map", properties: { at: { type: "string" }, step: { type: "string" } } },
      },
      /** Epoch seconds; the table's time to live. */
      expires: { type: "number" },
      createdAt: { type: "string", required: true, readOnly: true },
      updatedAt: { type: "string", watch: "*", set: () => new Date().toISOString(), readOnly: true },
    },
    indexes: {
      media: {
        collection: "record",
        pk: { field: "pk", composite: ["uploadId"] },
        sk: { field: "sk", composite: ["mediaId"] },
      },
    },
  }),
);
