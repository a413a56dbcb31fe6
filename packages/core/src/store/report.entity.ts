import { Entity } from "electrodb";
import { inTable } from "./database.ts";
import { REPORT_REASONS } from "./statuses.ts";

/** One row per user and media that the user has reported to its event's creative: who reports again replaces it. */
export const ReportEntity = inTable(
  "uploads",
  new Entity({
    model: { entity: "report", service: "uploads", version: "1" },
    attributes: {
      uploadId: { type: "string", required: true, readOnly: true },
      mediaId: { type: "string", required: true, readOnly: true },
      /** Who reports, fan or not; never told. */
      fanId: { type: "string", required: true, readOnly: true },
      eventId: { type: "string", required: true, readOnly: true },
      /** Another one each time the media is reported. */
      reportId: { type: "string", required: true },
      reason: { type: REPORT_REASONS, required: true },
      text: { type: "string" },
      createdAt: { type: "string", required: true },
    },
    indexes: {
      report: {
        pk: { field: "pk", composite: ["uploadId"] },
        sk: { field: "sk", composite: ["mediaId", "fanId"] },
      },
      byEvent: {
        index: "byEvent",
        pk: { field: "byEventPk", composite: ["eventId"] },
        sk: { field: "byEventSk", composite: ["reportId"] },
      },
      byFan: {
        index: "byFan",
        pk: { field: "byFanPk", composite: ["fanId"] },
        sk: { field: "byFanSk", composite: ["reportId"] },
      },
    },
  }),
);
