import { Entity } from "electrodb";
import { inTable } from "./database.ts";

/** One row per fan and event: how many uploads the fan has made there. */
export const QuotaEntity = inTable(
  "uploads",
  new Entity({
    model: { entity: "quota", service: "uploads", version: "1" },
    attributes: {
      eventId: { type: "string", required: true, readOnly: true },
      fanId: { type: "string", required: true, readOnly: true },
      uploads: { type: "number", required: true },
    },
    indexes: {
      quota: { pk: { field: "pk", composite: ["eventId", "fanId"] }, sk: { field: "sk", composite: [] } },
      byFan: {
        index: "byFan",
        pk: { field: "byFanPk", composite: ["fanId"] },
        sk: { field: "byFanSk", composite: ["eventId"] },
      },
    },
  }),
);
