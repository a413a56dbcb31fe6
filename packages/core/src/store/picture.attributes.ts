import { OFFER_STATUS } from "./statuses.ts";

/**
 * Attributes of a row that owns one picture: an event its flyer, a user their profile picture. Functions, since
 * ElectroDB changes what it is given.
 */

/**
 * Sequencer of the object that was checked last: a later object at the same key is checked again, an earlier one is
 * not.
 */
const sequencer = <T extends boolean>(required: T) => ({ type: "string", required }) as const;

/** The picture that is served. */
export const picture = () =>
  ({
    type: "map",
    // The field's name in existing rows.
    field: "artwork",
    properties: {
      version: { type: "string", required: true },
      extension: { type: "string", required: true },
      sequencer: sequencer(true),
      // Whether a small copy lies beside it: those from before there were any have none.
      thumbnail: { type: "boolean" },
    },
  }) as const;

/** The picture that was offered last, and its result. */
export const offer = () =>
  ({
    type: "map",
    properties: {
      version: { type: "string", required: true },
      extension: { type: "string", required: true },
      status: { type: OFFER_STATUS, required: true },
      sequencer: sequencer(false),
      reason: { type: "map", properties: { code: { type: "string" }, message: { type: "string" } } },
    },
  }) as const;

/** How many pictures of the owner were looked at on a day (UTC). */
export const looks = () =>
  ({
    type: "map",
    properties: { day: { type: "string", required: true }, count: { type: "number", required: true } },
  }) as const;

/** Keys of pictures that were replaced and are still to be removed. */
export const retired = () => ({ type: "list", items: { type: "string" } }) as const;
