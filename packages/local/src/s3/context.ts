import type { Bucket, CorsRule } from "@dropclip/synth/cloud";
import type { EventBus } from "../ports.ts";
import type { Settings } from "../settings.ts";
import type { World } from "../world.ts";
import type { Bodies } from "./bodies.ts";
import type { S3Call } from "./call.ts";
import type { Objects } from "./objects.ts";
import type { S3Output } from "./output.ts";
import type { Uploads } from "./uploads.ts";

/** What every operation works on. */
export interface S3 {
  world: World;
  bus: EventBus;
  buckets: Map<string, Bucket>;
  /** A bucket's CORS rules, whose origins are where they are on this machine. */
  corsOf(bucket: Bucket): CorsRule[];
  objects: Objects;
  uploads: Uploads;
  settings: Settings;
  bodies: Bodies;
  /** Completions under way by upload id: a second request for the same one waits for the first. */
  completing: Map<string, Promise<unknown>>;
}

/** A call to a bucket that exists; `key` is empty for operations on the bucket itself. */
export interface Request extends S3Call {
  bucket: Bucket;
  key: string;
}

/** One operation of the API. The request is its input: the body still streams, and the operation reads it. */
export type Operation = (s3: S3, request: Request) => Promise<S3Output> | S3Output;

export const objectArn = (bucket: Bucket, key: string) => `${bucket.arn}/${key}`;
