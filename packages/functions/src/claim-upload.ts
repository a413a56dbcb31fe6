import { config } from "@dropclip/core/config";
import { HEAD_BYTES } from "@dropclip/core/limits";
import { Media } from "@dropclip/core/media";
import { logger } from "./log.ts";
import { readRange } from "./objects.ts";

type Input = Parameters<typeof Media.claim>[0];

/** Task "Claim upload": takes an arrived object on, or says why not. */
export async function handler(event: Input): ReturnType<typeof Media.claim> {
  const claimed = await Media.claim(event, () => readRange(config.uploadsBucket, event.key, 0, HEAD_BYTES));
  logger.info("claimed", { key: event.key, route: claimed.route, executionArn: event.executionArn });
  return claimed;
}
