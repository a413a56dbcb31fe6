import { Entity } from "electrodb";
import { inTable } from "./database.ts";

/** One row per event and day: the views of all its media, and the bytes of its previews too. */
export const EventViewsEntity = inTable(
  "views",
  new Entity({
    model: { entity: "eventviews", service: "views", version: "1" },
    attributes: {
      eventId: { type: "string", required: true, readOnly: true },
      /** `2026-06-01`, UTC. */
      day: { type: "string", required: true, readOnly: true },
      plays: { type: "number" },
      opens: { type: "number" },
      bytes: { type: "number" },
    },
    indexes: { views: { pk: { field: "pk", composite: ["eventId"] }, sk: { field: "sk", composite: ["day"] } } },
  }),
);
