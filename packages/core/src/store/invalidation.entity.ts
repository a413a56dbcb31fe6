import { Entity } from "electrodb";
import { inTable } from "./database.ts";

/**
 * One row per path that the edge is still to forget, those that are to go first in front. They are few: one partition.
 */
export const InvalidationEntity = inTable(
  "events",
  new Entity({
    model: { entity: "invalidation", service: "events", version: "1" },
    attributes: {
      /** One digit: lower ones go first. */
      urgency: { type: "string", required: true, readOnly: true },
      /** A key, or the beginning of keys and `*`; without the slash in front. */
      path: { type: "string", required: true, readOnly: true },
      /** Another one each time the path is asked for: a path asked for anew meanwhile is not done. */
      requestId: { type: "string", required: true },
    },
    indexes: {
      invalidation: {
        pk: { field: "pk", composite: [] },
        // Paths are told apart by their case too.
        sk: { field: "sk", composite: ["urgency", "path"], casing: "none" },
      },
    },
  }),
);

/** Who works off the rows: one at a time, since the edge takes few paths at a time. */
export const InvalidatorEntity = inTable(
  "events",
  new Entity({
    model: { entity: "invalidator", service: "events", version: "1" },
    attributes: {
      holder: { type: "string", required: true },
      /** Epoch milliseconds at which the lock ends, unless its holder renews it. */
      untilMs: { type: "number", required: true },
    },
    indexes: { invalidator: { pk: { field: "pk", composite: [] }, sk: { field: "sk", composite: [] } } },
  }),
);
