import "../aws/connect.ts";

import { config } from "@dropclip/core/config";
import { HEAD_BYTES } from "@dropclip/core/limits";
import { Media } from "@dropclip/core/media";
import { isMissing, readRange } from "../aws/objects.ts";
import { logger } from "../log.ts";
import { Measured } from "../metrics.ts";
import { tell } from "../tell.ts";

type Input = Parameters<typeof Media.claim>[0];

/** Task "Claim upload": takes on an arrived object, or returns why it is refused. */
export async function handler(event: Input): ReturnType<typeof Media.claim> {
  const claimed = await Media.claim(event, () => readHead(event.key));
  const { route } = claimed;
  if (route === "video" || route === "image" || route === "refused") Measured.received(event.key, event.bytes);
  if (route === "refused") {
    Measured.count("rejected", event);
    await tell(claimed.media!);
  }
  logger.info("claimed", { key: event.key, route, executionArn: event.executionArn });
  return claimed;
}

async function readHead(key: string): Promise<Uint8Array | undefined> {
  try {
    return await readRange(config.uploadsBucket, key, 0, HEAD_BYTES);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
