import { Entity } from "electrodb";
import { inTable } from "./database.ts";

/** One row per collection: an ordered set of media, curated by one creative. */
export const CollectionEntity = inTable(
  "collections",
  new Entity({
    model: { entity: "collection", service: "collections", version: "1" },
    attributes: {
      collectionId: { type: "string", required: true, readOnly: true },
      creativeId: { type: "string", required: true, readOnly: true },
      title: { type: "string", required: true },
      description: { type: "string" },
      /** Number of its entries. */
      size: { type: "number", required: true },
      revision: { type: "number", required: true },
      createdAt: { type: "string", required: true, readOnly: true },
      changedAt: { type: "string", required: true },
      /** Once its creative has deleted it; the row is kept for a while, so that deleting can be repeated. */
      deletedAt: { type: "string" },
      expires: { type: "number" },
      updatedAt: { type: "string", watch: "*", set: () => new Date().toISOString(), readOnly: true },
    },
    indexes: {
      collection: { pk: { field: "pk", composite: ["collectionId"] }, sk: { field: "sk", composite: [] } },
      byCreative: {
        index: "byCreative",
        pk: { field: "byCreativePk", composite: ["creativeId"] },
        sk: { field: "byCreativeSk", composite: ["collectionId"] },
      },
    },
  }),
);
