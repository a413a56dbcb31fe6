import { Entity } from "electrodb";
import { config } from "./config.ts";
import { client } from "./database.ts";

/** One row per user, kind of call and minute: how many calls there were. */
export const RateEntity = new Entity(
  {
    model: { entity: "rate", service: "uploads", version: "1" },
    attributes: {
      userId: { type: "string", required: true, readOnly: true },
      kind: { type: "string", required: true, readOnly: true },
      /** Number of the minute since the epoch. */
      window: { type: "number", required: true, readOnly: true },
      calls: { type: "number", required: true },
      /** Epoch seconds; the table's time to live. */
      expires: { type: "number", required: true },
    },
    indexes: {
      rate: { pk: { field: "pk", composite: ["userId"] }, sk: { field: "sk", composite: ["kind", "window"] } },
    },
  },
  { client, table: config.uploadsTable },
);
