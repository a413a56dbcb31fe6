import type { Artwork } from "../artwork/set.ts";
import { facts } from "./facts.ts";

/** The flyer or picture that is served, and the result for the one sent last. */
export function artworkFacts(name: string, { served, offered }: Artwork): string {
  const why = offered?.reason ? `: ${offered.reason.message} (${offered.reason.code})` : "";
  return facts([
    [name, served?.url ?? "none"],
    ["sent last", offered && offered.version !== served?.version ? offered.status + why : undefined],
  ]);
}
