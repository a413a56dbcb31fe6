import { authorizeResource } from "../authorize.ts";
import type { S3Call } from "../call.ts";
import type { S3 } from "../context.ts";
import { isoSeconds, xml } from "../output.ts";
import { ownerOf } from "../owner.ts";

export function listBuckets(s3: S3, call: S3Call) {
  authorizeResource(s3, call, "ListAllMyBuckets", "*");
  const { world, buckets, objects } = s3;
  const names = [...buckets.keys()].sort();
  return xml("ListAllMyBucketsResult", {
    Owner: ownerOf(world),
    Buckets: {
      Bucket: names.map((name) => ({
        Name: name,
        CreationDate: isoSeconds(objects.bucketCreatedMs(name, world.clock.now())),
        BucketRegion: world.region,
      })),
    },
  });
}
