import { Entity } from "electrodb";
import { inTable } from "./database.ts";
import { looks, offer, picture, retired } from "./picture.attributes.ts";

/** Events with work left to do are in this partition of the `open` index. */
export const OPEN = "open";
export const CLOSED = "closed";

/** One row per event: something that happens at a venue, owned by one creative. */
export const EventEntity = inTable(
  "events",
  new Entity({
    model: { entity: "event", service: "events", version: "1" },
    attributes: {
      eventId: { type: "string", required: true, readOnly: true },
      creativeId: { type: "string", required: true, readOnly: true },
      title: { type: "string", required: true },
      venue: { type: "string" },
      startsAt: { type: "string" },
      endsAt: { type: "string" },
      /** Fans may upload from here … */
      opensAt: { type: "string", required: true },
      /** … until here. */
      closesAt: { type: "string", required: true },
      contentTypes: { type: "list", items: { type: "string" }, required: true },
      videoBytes: { type: "number", required: true },
      videoDurationMs: { type: "number", required: true },
      imageBytes: { type: "number", required: true },
      uploadsPerFan: { type: "number", required: true },
      /** Missing: no. */
      review: { type: "boolean" },
      /** The flyer that is served, and the one that was offered last. */
      picture: picture(),
      offer: offer(),
      retired: retired(),
      looks: looks(),
      /** Grows with every change: two writers at once cannot both win. */
      revision: { type: "number", required: true },
      /** Set when the event is deleted; from then on only settling reads the row. */
      deletedAt: { type: "string" },
      /** `open`: of a deleted event while things of it are left, of any other while a flyer is to be removed. */
      state: { type: "string", required: true },
      /** When a deleted event's paths were put into the invalidation queue. */
      forgottenAt: { type: "string" },
      /** Epoch seconds; the table's time to live. */
      expires: { type: "number" },
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
      /** All events, newest first: few writes, so one partition holds them. */
      newest: {
        index: "newest",
        pk: { field: "newestPk", composite: [] },
        sk: { field: "newestSk", composite: ["eventId"] },
      },
      open: {
        index: "open",
        condition: (attributes) => attributes.state !== CLOSED,
        pk: { field: "openPk", composite: ["state"] },
        sk: { field: "openSk", composite: ["eventId"] },
      },
    },
  }),
);
