export * as Edge from "./edge.ts";

import { type Source, system } from "@dropclip/core/ids";
import { Invalidation } from "@dropclip/core/invalidation";
import { requestInvalidation } from "../aws/settling.ts";

/**
 * Has the edge forget what it keeps of these keys, soon; one that ends in `/*` stands for all below it. Once this is
 * done it is noted, and told in the end.
 */
export async function forget(keys: string[], why: Invalidation.Why, source: Source = system): Promise<void> {
  if (keys.length === 0) return;
  await Invalidation.ask(keys, why, source);
  await requestInvalidation();
}
