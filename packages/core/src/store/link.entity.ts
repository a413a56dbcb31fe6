import { Entity } from "electrodb";
import { inTable } from "./database.ts";
import { storyboard } from "./storyboard.attribute.ts";

/** One row per published media of an event: the event's gallery is one query over them, newest first. */
export const LinkEntity = inTable(
  "events",
  new Entity({
    model: { entity: "link", service: "events", version: "1" },
    attributes: {
      eventId: { type: "string", required: true, readOnly: true },
      publishedAt: { type: "string", required: true, readOnly: true },
      uploadId: { type: "string", required: true, readOnly: true },
      mediaId: { type: "string", required: true, readOnly: true },
      fanId: { type: "string", required: true, readOnly: true },
      contentType: { type: ["video", "image"] as const, required: true },
      width: { type: "number", required: true },
      height: { type: "number", required: true },
      durationMs: { type: "number" },
      storyboard: storyboard(),
    },
    indexes: {
      link: {
        pk: { field: "pk", composite: ["eventId"] },
        sk: { field: "sk", composite: ["publishedAt", "uploadId", "mediaId"] },
      },
      byType: {
        index: "byType",
        pk: { field: "byTypePk", composite: ["eventId", "contentType"] },
        sk: { field: "byTypeSk", composite: ["publishedAt", "uploadId", "mediaId"] },
      },
    },
  }),
);
