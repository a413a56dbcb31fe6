import { Entity } from "electrodb";
import { inTable } from "./database.ts";

/** One row per create that came with an Idempotency-Key: what it asked for and what it made. */
export const RequestEntity = inTable(
  "uploads",
  new Entity({
    model: { entity: "request", service: "uploads", version: "1" },
    attributes: {
      userId: { type: "string", required: true, readOnly: true },
      key: { type: "string", required: true, readOnly: true },
      /** Hash of the operation and its input: the same key with another input is a mistake. */
      fingerprint: { type: "string", required: true },
      resultId: { type: "string", required: true },
      /** Epoch seconds; the table's time to live. */
      expires: { type: "number", required: true },
    },
    indexes: { request: { pk: { field: "pk", composite: ["userId"] }, sk: { field: "sk", composite: ["key"] } } },
  }),
);
