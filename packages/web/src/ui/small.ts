import type { Event } from "../api/types.ts";

/** Where a flyer or profile picture is to be had small; as it was sent where there is no small copy. */
export const small = ({ url, thumbnail }: NonNullable<Event["flyer"]>) => thumbnail ?? url;
