import { Entity } from "electrodb";
import { inTable } from "./database.ts";

/** One row per media of a collection; `rank` sorts as text and leaves room between any two. */
export const EntryEntity = inTable(
  "collections",
  new Entity({
    model: { entity: "entry", service: "collections", version: "1" },
    attributes: {
      collectionId: { type: "string", required: true, readOnly: true },
      uploadId: { type: "string", required: true, readOnly: true },
      mediaId: { type: "string", required: true, readOnly: true },
      rank: { type: "string", required: true },
      createdAt: { type: "string", required: true, readOnly: true },
    },
    indexes: {
      entry: {
        pk: { field: "pk", composite: ["collectionId"] },
        sk: { field: "sk", composite: ["uploadId", "mediaId"] },
      },
      inOrder: {
        index: "inOrder",
        pk: { field: "inOrderPk", composite: ["collectionId"] },
        // As it stands: ElectroDB would write the letters of a rank small.
        sk: { field: "inOrderSk", composite: ["rank"], casing: "none" },
      },
      byMedia: {
        index: "byMedia",
        pk: { field: "byMediaPk", composite: ["uploadId"] },
        sk: { field: "byMediaSk", composite: ["mediaId", "collectionId"] },
      },
    },
  }),
);
