import { Entity } from "electrodb";
import { inTable } from "./database.ts";
import { CONTENT_TYPES, UPLOAD_STATUS } from "./statuses.ts";

/** Open work is spread over this many partitions, so that the sweep's index has no hot one. */
export const OPEN_SHARDS = 8;
export const openShard = (uploadId: string) => String(Number.parseInt(uploadId.slice(-2), 16) % OPEN_SHARDS);
/** The shard of an upload that is finished: it is not in the `open` index. */
export const CLOSED = "closed";

/**
 * One row per upload: a submission to one event by one fan. `status` follows from its media, in the same transaction.
 */
export const UploadEntity = inTable(
  "uploads",
  new Entity({
    model: { entity: "upload", service: "uploads", version: "1" },
    attributes: {
      uploadId: { type: "string", required: true, readOnly: true },
      eventId: { type: "string", required: true, readOnly: true },
      fanId: { type: "string", required: true, readOnly: true },
      creativeId: { type: "string", required: true, readOnly: true },
      contentType: { type: CONTENT_TYPES, required: true, readOnly: true },
      status: { type: UPLOAD_STATUS, required: true },
      /** Grows with every change of a media's status: two writers at once cannot both win. */
      revision: { type: "number", required: true },
      openShard: { type: "string", required: true },
      /** What other programs are to be told of it, and were not yet. It stays open until they are. */
      untold: { type: "set", items: "string" },
      /** Set on a deleted upload that was not published, if files of it were where the edge can read them. */
      readable: { type: "boolean" },
      /** When, for the first time, no files of the deleted upload were found. */
      removedAt: { type: "string" },
      /** Epoch seconds; the table's time to live. */
      expires: { type: "number" },
      createdAt: { type: "string", required: true, readOnly: true },
      completedAt: { type: "string" },
      expiresAt: { type: "string", required: true, readOnly: true },
      updatedAt: { type: "string", watch: "*", set: () => new Date().toISOString(), readOnly: true },
    },
    indexes: {
      upload: {
        collection: "record",
        pk: { field: "pk", composite: ["uploadId"] },
        sk: { field: "sk", composite: [] },
      },
      byFan: {
        index: "byFan",
        pk: { field: "byFanPk", composite: ["fanId"] },
        sk: { field: "byFanSk", composite: ["uploadId"] },
      },
      byEvent: {
        index: "byEvent",
        pk: { field: "byEventPk", composite: ["eventId"] },
        sk: { field: "byEventSk", composite: ["uploadId"] },
      },
      byStatus: {
        index: "byStatus",
        pk: { field: "byStatusPk", composite: ["eventId", "status"] },
        sk: { field: "byStatusSk", composite: ["uploadId"] },
      },
      open: {
        index: "open",
        condition: (attributes) => attributes.openShard !== CLOSED,
        pk: { field: "openPk", composite: ["openShard"] },
        sk: { field: "openSk", composite: ["createdAt", "uploadId"] },
      },
    },
  }),
);
