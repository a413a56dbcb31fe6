import { Entity } from "electrodb";
import { inTable } from "./database.ts";

/** Stands in the place of a day in the row of all days together; sorts behind every day. */
export const ALL_DAYS = "total";

/** One row per media and day on which it was watched, and one of all its days together. */
export const MediaViewsEntity = inTable(
  "views",
  new Entity({
    model: { entity: "mediaviews", service: "views", version: "1" },
    attributes: {
      uploadId: { type: "string", required: true, readOnly: true },
      mediaId: { type: "string", required: true, readOnly: true },
      /** `2026-06-01`, UTC, or `ALL_DAYS`. */
      day: { type: "string", required: true, readOnly: true },
      eventId: { type: "string", required: true, readOnly: true },
      /** Times a clip was started. */
      plays: { type: "number" },
      /** Times a photo was fetched in its full size. */
      opens: { type: "number" },
      /** Bytes that the edge sent of it. */
      bytes: { type: "number" },
    },
    indexes: {
      views: { pk: { field: "pk", composite: ["uploadId"] }, sk: { field: "sk", composite: ["mediaId", "day"] } },
      byDay: {
        index: "byDay",
        pk: { field: "byDayPk", composite: ["eventId", "day"] },
        sk: { field: "byDaySk", composite: ["uploadId", "mediaId"] },
      },
    },
  }),
);
