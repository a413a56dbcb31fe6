import { Entity } from "electrodb";
import { artwork, offer, retired } from "./artwork.attributes.ts";
import { config } from "./config.ts";
import { client } from "./database.ts";

/** One row per user who has offered a profile picture. */
export const ProfileEntity = new Entity(
  {
    model: { entity: "profile", service: "events", version: "1" },
    attributes: {
      userId: { type: "string", required: true, readOnly: true },
      artwork: artwork(),
      offer: offer(),
      retired: retired(),
      revision: { type: "number", required: true },
      updatedAt: { type: "string", watch: "*", set: () => new Date().toISOString(), readOnly: true },
    },
    indexes: { profile: { pk: { field: "pk", composite: ["userId"] }, sk: { field: "sk", composite: [] } } },
  },
  { client, table: config.eventsTable },
);
