import { Entity } from "electrodb";
import { inTable } from "./database.ts";

export const DELIVERY_STATUS = ["due", "delivered", "given-up"] as const;

/** One row per event that is delivered to the webhook, and the record of how that went. */
export const DeliveryEntity = inTable(
  "webhook",
  new Entity({
    model: { entity: "delivery", service: "webhook", version: "1" },
    attributes: {
      /** The event's own id: one that comes again is the same row. */
      id: { type: "string", required: true, readOnly: true },
      /** What is sent, letter by letter the same each time. */
      body: { type: "string", required: true, readOnly: true },
      status: { type: DELIVERY_STATUS, required: true },
      /** When it is tried next; of one that has ended, when that was. */
      dueAt: { type: "string", required: true },
      /** Attempts that were begun. */
      attempts: { type: "number", required: true },
      /** The last attempt: the status that was answered or what went wrong, how long it took, and when. */
      last: {
        type: "map",
        properties: { answer: { type: "string" }, ms: { type: "number" }, at: { type: "string" } },
      },
      /** When an operator had it sent again after it was given up; the last time, where there were several. */
      resentAt: { type: "string" },
      /** Epoch seconds; the table's time to live. */
      expires: { type: "number", required: true },
      createdAt: { type: "string", required: true, readOnly: true },
    },
    indexes: {
      delivery: { pk: { field: "pk", composite: ["id"] }, sk: { field: "sk", composite: [] } },
      byStatus: {
        index: "byStatus",
        pk: { field: "byStatusPk", composite: ["status"] },
        sk: { field: "byStatusSk", composite: ["dueAt"] },
      },
    },
  }),
);

/** The one row that is there while the webhook is off: it said that it is gone, or has just been too slow. */
export const WebhookOffEntity = inTable(
  "webhook",
  new Entity({
    model: { entity: "off", service: "webhook", version: "1" },
    attributes: {
      /** Another address is another webhook, which is on. */
      url: { type: "string", required: true },
      since: { type: "string", required: true },
      /** Where it was too slow: until then new events wait for the next run. Missing: until an operator acts. */
      until: { type: "string" },
    },
    indexes: { off: { pk: { field: "pk", composite: [] }, sk: { field: "sk", composite: [] } } },
  }),
);
