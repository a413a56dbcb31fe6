export * as Edge from "./edge.ts";

import { CloudFrontClient, CreateInvalidationCommand } from "@aws-sdk/client-cloudfront";
import { config } from "@dropclip/core/config";
import { type Source, system } from "@dropclip/core/ids";

const cloudFront = new CloudFrontClient({});

/** Has the edge forget what it keeps of these keys; one that ends in `*` stands for all that begin so. */
export async function forget(keys: string[], source: Source = system): Promise<void> {
  if (keys.length === 0) return;
  await cloudFront.send(
    new CreateInvalidationCommand({
      DistributionId: config.distributionId,
      InvalidationBatch: {
        CallerReference: source.id(),
        Paths: { Quantity: keys.length, Items: keys.map((key) => `/${key}`) },
      },
    }),
  );
}
