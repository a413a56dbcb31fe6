import { S3 } from "@aws-sdk/client-s3";
import { TYPE } from "@dropclip/synth/from-graph/types";
import { type Around, camel, type Look, unlessAbsent } from "./look.ts";

const client = ({ config }: Around) => new S3({ ...config, ...(config.endpoint && { forcePathStyle: true }) });

async function buckets(around: Around): Promise<string[]> {
  const { Buckets = [] } = await client(around).listBuckets({});
  return Buckets.map(({ Name }) => Name!).filter(around.isOurs);
}

/** One thing that each bucket has or has not. */
const each =
  (ask: (s3: S3, Bucket: string) => Promise<Record<string, unknown> | undefined>) => async (around: Around) => {
    const s3 = client(around);
    const found = await Promise.all(
      (await buckets(around)).map(async (bucket) => {
        const inputs = await ask(s3, bucket);
        return inputs && { bucket, ...inputs };
      }),
    );
    return found.filter((one) => one !== undefined);
  };

export const S3_LOOKS: Look[] = [
  {
    type: TYPE.bucket,
    actions: ["s3:ListAllMyBuckets"],
    look: async (around) => (await buckets(around)).map((bucket) => ({ bucket })),
  },
  {
    type: TYPE.bucketPolicy,
    actions: ["s3:GetBucketPolicy"],
    look: each(async (s3, Bucket) => {
      const found = await unlessAbsent(s3.getBucketPolicy({ Bucket }), "NoSuchBucketPolicy");
      return found && { policy: found.Policy };
    }),
  },
  {
    type: TYPE.bucketCors,
    actions: ["s3:GetBucketCORS"],
    look: each(async (s3, Bucket) => {
      const found = await unlessAbsent(s3.getBucketCors({ Bucket }), "NoSuchCORSConfiguration");
      return found && { corsRules: camel(found.CORSRules) };
    }),
  },
  {
    type: TYPE.bucketLifecycle,
    actions: ["s3:GetLifecycleConfiguration"],
    look: each(async (s3, Bucket) => {
      const asked = s3.getBucketLifecycleConfiguration({ Bucket });
      const found = await unlessAbsent(asked, "NoSuchLifecycleConfiguration");
      return found && { rules: (found.Rules ?? []).map(({ ID, ...rule }) => ({ id: ID, ...camel(rule) })) };
    }),
  },
  {
    type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    actions: ["s3:GetBucketPublicAccessBlock"],
    look: each(async (s3, Bucket) => {
      const found = await unlessAbsent(s3.getPublicAccessBlock({ Bucket }), "NoSuchPublicAccessBlockConfiguration");
      return found && camel(found.PublicAccessBlockConfiguration);
    }),
  },
  {
    type: TYPE.bucketLogging,
    actions: ["s3:GetBucketLogging"],
    look: each(async (s3, Bucket) => {
      const { LoggingEnabled: to } = await s3.getBucketLogging({ Bucket });
      return to && { targetBucket: to.TargetBucket, targetPrefix: to.TargetPrefix };
    }),
  },
];
