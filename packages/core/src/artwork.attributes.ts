/**
 * Attributes of a row that owns one picture: an event its flyer, a user their profile picture. Functions, since ElectroDB
 * changes what it is given.
 */

/** The picture that is served. */
export const artwork = () =>
  ({
    type: "map",
    properties: {
      version: { type: "string", required: true },
      extension: { type: "string", required: true },
      /** Of the object that was looked at: another one sent to the same key is looked at anew. */
      etag: { type: "string", required: true },
    },
  }) as const;

/** The picture that was offered last, and what became of it. */
export const offer = () =>
  ({
    type: "map",
    properties: {
      version: { type: "string", required: true },
      extension: { type: "string", required: true },
      status: { type: ["pending", "complete", "rejected"] as const, required: true },
      reason: { type: "map", properties: { code: { type: "string" }, message: { type: "string" } } },
    },
  }) as const;

/** Keys of pictures that were replaced and are still to be removed. */
export const retired = () => ({ type: "list", items: { type: "string" } }) as const;
