import { randomUUID } from "node:crypto";
import { CloudFront } from "@aws-sdk/client-cloudfront";
import pLimit from "p-limit";
import type { AwsConfig } from "../aws/config.ts";
import { PagesBucket } from "./bucket.ts";
import { fill } from "./fill.ts";
import type { Hosting } from "./hosting.ts";
import { INDEX, type Site } from "./site.ts";

const PARALLEL_CALLS = 8;
/** `/` is answered with `index.html`, and kept under its own name. */
const FORGOTTEN = ["/", `/${INDEX}`];

export interface Published {
  /** The pages' address. */
  pages: string;
  files: number;
  /** Old assets that are removed in 30 days. */
  retired: number;
}

/** What publishing works with; the clients' settings by service. */
export interface Publishing {
  hosting: Hosting;
  s3: AwsConfig;
  cloudFront: AwsConfig;
  signal: AbortSignal;
}

/**
 * Puts the pages of a stage. Whenever it is cut off, what is served is whole: assets come first under names of their
 * own, `index.html` changes at once, and what it named before stays for those who have it open.
 */
export async function publish(site: Site, { hosting, s3, cloudFront, signal }: Publishing): Promise<Published> {
  const index = { key: INDEX, body: Buffer.from(fill(site.index.body.toString("utf8"), hosting)) };
  const bucket = new PagesBucket(s3, hosting.pagesBucket, signal);
  const each = pLimit(PARALLEL_CALLS);
  try {
    const before = await bucket.indexTag();
    const stored = await bucket.assets();
    await each.map(site.assets, (file) => bucket.put(file));
    await each.map(site.others, (file) => bucket.put(file));
    await bucket.replaceIndex(index, before);
    await forget(cloudFront, hosting.pagesDistribution, signal);
    const named = new Set(site.assets.map(({ key }) => key));
    const retired = await each.map(
      stored.filter(({ key }) => !named.has(key)),
      (asset) => bucket.retire(asset),
    );
    return {
      pages: hosting.pages,
      files: site.assets.length + site.others.length + 1,
      retired: retired.filter(Boolean).length,
    };
  } finally {
    each.clearQueue();
    bucket.close();
  }
}

async function forget(config: AwsConfig, DistributionId: string, abortSignal: AbortSignal) {
  const cloudFront = new CloudFront(config);
  try {
    const Paths = { Quantity: FORGOTTEN.length, Items: FORGOTTEN };
    const InvalidationBatch = { CallerReference: `pages-${randomUUID()}`, Paths };
    await cloudFront.createInvalidation({ DistributionId, InvalidationBatch }, { abortSignal });
  } finally {
    cloudFront.destroy();
  }
}
