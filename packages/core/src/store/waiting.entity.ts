import { Entity } from "electrodb";
import { inTable } from "./database.ts";
import { CONTENT_TYPES } from "./statuses.ts";

/** One row per media that waits for its event's creative: what waits is one query over them, oldest first. */
export const WaitingEntity = inTable(
  "events",
  new Entity({
    model: { entity: "waiting", service: "events", version: "1" },
    attributes: {
      eventId: { type: "string", required: true, readOnly: true },
      waitingSince: { type: "string", required: true, readOnly: true },
      uploadId: { type: "string", required: true, readOnly: true },
      mediaId: { type: "string", required: true, readOnly: true },
      fanId: { type: "string", required: true, readOnly: true },
      contentType: { type: CONTENT_TYPES, required: true },
      fileName: { type: "string", required: true },
      width: { type: "number", required: true },
      height: { type: "number", required: true },
      durationMs: { type: "number" },
    },
    indexes: {
      waiting: {
        pk: { field: "pk", composite: ["eventId"] },
        sk: { field: "sk", composite: ["waitingSince", "uploadId", "mediaId"] },
      },
    },
  }),
);
