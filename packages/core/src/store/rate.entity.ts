import { Entity } from "electrodb";
import { inTable } from "./database.ts";

/** One row per user and kind of call: how many calls there were in the last minute that had any. */
export const RateEntity = inTable(
  "uploads",
  new Entity({
    model: { entity: "rate", service: "uploads", version: "1" },
    attributes: {
      userId: { type: "string", required: true, readOnly: true },
      kind: { type: "string", required: true, readOnly: true },
      /** Number of the minute since the epoch. */
      window: { type: "number" },
      calls: { type: "number" },
      /** Set when the account is deleted: no call passes any more. */
      ended: { type: "boolean" },
      /** Epoch seconds; the table's time to live. */
      expires: { type: "number", required: true },
    },
    indexes: { rate: { pk: { field: "pk", composite: ["userId"] }, sk: { field: "sk", composite: ["kind"] } } },
  }),
);
