import { Entity } from "electrodb";
import { inTable } from "./database.ts";

/** One row per fan and day: what the fan announced and had processed, at whichever event, deleted since or not. */
export const UsageEntity = inTable(
  "uploads",
  new Entity({
    model: { entity: "usage", service: "uploads", version: "1" },
    attributes: {
      fanId: { type: "string", required: true, readOnly: true },
      /** `2026-06-01`, UTC. */
      day: { type: "string", required: true, readOnly: true },
      uploads: { type: "number" },
      bytes: { type: "number" },
      /** Milliseconds of video that were planned to be converted. */
      videoMs: { type: "number" },
      /** Reports of media to their events' creatives. */
      reports: { type: "number" },
      /** Epoch seconds; the table's time to live. */
      expires: { type: "number" },
    },
    indexes: {
      usage: { pk: { field: "pk", composite: ["fanId"] }, sk: { field: "sk", composite: ["day"] } },
    },
  }),
);
