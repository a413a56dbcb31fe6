import { Entity } from "electrodb";
import { config } from "./config.ts";
import { client } from "./database.ts";

/** One row per event: something that happens at a venue, owned by one creative. */
export const EventEntity = new Entity(
  {
    model: { entity: "event", service: "events", version: "1" },
    attributes: {
      eventId: { type: "string", required: true, readOnly: true },
      creativeId: { type: "string", required: true, readOnly: true },
      title: { type: "string", required: true },
      venue: { type: "string" },
      startsAt: { type: "string" },
      /** Fans may upload from here … */
      opensAt: { type: "string", required: true },
      /** … until here. */
      closesAt: { type: "string", required: true },
      contentTypes: { type: "list", items: { type: "string" }, required: true },
      videoBytes: { type: "number", required: true },
      videoDurationMs: { type: "number", required: true },
      imageBytes: { type: "number", required: true },
      uploadsPerFan: { type: "number", required: true },
      createdAt: { type: "string", required: true, readOnly: true },
      updatedAt: { type: "string", watch: "*", set: () => new Date().toISOString(), readOnly: true },
    },
    indexes: {
      event: { pk: { field: "pk", composite: ["eventId"] }, sk: { field: "sk", composite: [] } },
      byCreative: {
        index: "byCreative",
        pk: { field: "byCreativePk", composite: ["creativeId"] },
        sk: { field: "byCreativeSk", composite: ["eventId"] },
      },
    },
  },
  { client, table: config.eventsTable },
);
