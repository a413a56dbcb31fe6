export * as Edge from "./edge.ts";

import { type Source, system } from "@dropclip/core/ids";
import { Invalidation } from "@dropclip/core/invalidation";
import { requestInvalidation } from "../aws/settling.ts";

/**
 * Queues an invalidation of these keys; a key that ends in `/*` stands for all below it. Once this returns, the paths
 * are stored and will be sent.
 */
export async function forget(keys: string[], why: Invalidation.Why, source: Source = system): Promise<void> {
  if (keys.length === 0) return;
  await Invalidation.ask(keys, why, source);
  await requestInvalidation();
}
