import type { Picture } from "../picture/set.ts";
import { facts } from "./facts.ts";

/** The flyer or picture that is served, and the result for the one sent last. */
export function pictureFacts(name: string, { served, offer }: Picture): string {
  const why = offer?.reason ? `: ${offer.reason.message} (${offer.reason.code})` : "";
  return facts([
    [name, served?.url ?? "none"],
    ["sent last", offer && offer.version !== served?.version ? offer.status + why : undefined],
  ]);
}
