import { Entity } from "electrodb";
import { inTable } from "./database.ts";

/** One row per log object: how far its views are counted. Written together with the counts themselves. */
export const CountedLogEntity = inTable(
  "views",
  new Entity({
    model: { entity: "countedlog", service: "views", version: "1" },
    attributes: {
      logKey: { type: "string", required: true, readOnly: true },
      /** Everything up to this one, in the order of `Tally`, is counted. */
      upTo: { type: "string", required: true },
      /** Whether nothing of it is left to count. */
      done: { type: "boolean", required: true },
      /** Epoch seconds; the table's time to live. */
      expires: { type: "number", required: true },
    },
    indexes: {
      log: { pk: { field: "pk", composite: ["logKey"], casing: "none" }, sk: { field: "sk", composite: [] } },
    },
  }),
);
