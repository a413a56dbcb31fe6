import { Entity } from "electrodb";
import { inTable } from "./database.ts";
import { OPEN } from "./event.entity.ts";
import { looks, offer, picture, retired } from "./picture.attributes.ts";

/**
 * One row per user who has said something of themselves, has offered a profile picture, or has deleted their account.
 */
export const ProfileEntity = inTable(
  "events",
  new Entity({
    model: { entity: "profile", service: "events", version: "1" },
    attributes: {
      userId: { type: "string", required: true, readOnly: true },
      displayName: { type: "string" },
      /** Whether the public may see it of who has no events. Missing: no. */
      public: { type: "boolean" },
      picture: picture(),
      offer: offer(),
      retired: retired(),
      looks: looks(),
      revision: { type: "number", required: true },
      /** Set when the account is deleted; from then on only settling reads the row. */
      deletedAt: { type: "string" },
      /** Set on a deleted account of a creative: its events and collections are deleted too. */
      creative: { type: "boolean" },
      /** Missing: closed. */
      state: { type: "string" },
      /** Epoch seconds; the table's time to live. */
      expires: { type: "number" },
      updatedAt: { type: "string", watch: "*", set: () => new Date().toISOString(), readOnly: true },
    },
    indexes: {
      profile: { pk: { field: "pk", composite: ["userId"] }, sk: { field: "sk", composite: [] } },
      open: {
        index: "open",
        condition: (attributes) => attributes.state === OPEN,
        pk: { field: "openPk", composite: ["state"] },
        sk: { field: "openSk", composite: ["userId"] },
      },
    },
  }),
);
