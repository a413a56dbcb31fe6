export * as Edge from "./edge.ts";

import { setTimeout as sleep } from "node:timers/promises";
import {
  CloudFrontClient,
  CreateInvalidationCommand,
  TooManyInvalidationsInProgress,
} from "@aws-sdk/client-cloudfront";
import { config } from "@dropclip/core/config";
import { type Source, system } from "@dropclip/core/ids";

const cloudFront = new CloudFrontClient({});

/**
 * CloudFront works off 15 wildcards of a distribution at a time and refuses more (AWS: quotas on invalidations); they
 * take seconds to a few minutes. Who waits is a background function; what is left when it ends is tried again.
 */
const ATTEMPTS = 20;
const WAIT_MS = 20_000;

/** Has the edge forget what it keeps of these keys; one that ends in `*` stands for all that begin so. */
export async function forget(
  keys: string[],
  source: Source = system,
  wait: (ms: number) => Promise<unknown> = sleep,
): Promise<void> {
  if (keys.length === 0) return;
  const command = new CreateInvalidationCommand({
    DistributionId: config.distributionId,
    InvalidationBatch: {
      CallerReference: source.id(),
      Paths: { Quantity: keys.length, Items: keys.map((key) => `/${key}`) },
    },
  });
  for (let attempt = 1; ; attempt++) {
    try {
      await cloudFront.send(command);
      return;
    } catch (error) {
      if (!(error instanceof TooManyInvalidationsInProgress) || attempt === ATTEMPTS) throw error;
      // Not all at once again.
      await wait(WAIT_MS * (0.5 + Math.random()));
    }
  }
}
