import { type Grant, S3 } from "@aws-sdk/client-s3";
import { ALSO } from "@dropclip/audit/types";
import { DESCRIBED, TYPE } from "@dropclip/synth/from-graph/types";
import { type Around, camel, type Look, plain, shared, unlessAbsent } from "./look.ts";

const client = ({ config }: Around) => new S3({ ...config, ...(config.endpoint && { forcePathStyle: true }) });

const buckets = shared(async (around: Around): Promise<string[]> => {
  const { Buckets = [] } = await client(around).listBuckets({});
  return Buckets.map(({ Name }) => Name!).filter(around.isOurs);
});

const ENFORCED = "BucketOwnerEnforced";

async function ownershipOf(s3: S3, Bucket: string): Promise<string> {
  const found = await unlessAbsent(s3.getBucketOwnershipControls({ Bucket }), "OwnershipControlsNotFoundError");
  // What buckets have that are older than the setting.
  return found?.OwnershipControls?.Rules?.[0]?.ObjectOwnership ?? "ObjectWriter";
}

/** The name that S3 has for an ACL which lets those in. */
function cannedAcl(grants: Grant[]): string {
  const to = (group: string) => grants.filter(({ Grantee }) => Grantee?.URI?.endsWith(`/${group}`));
  const writes = to("AllUsers").some(({ Permission }) => ["WRITE", "FULL_CONTROL"].includes(Permission!));
  if (to("AllUsers").length > 0) return writes ? "public-read-write" : "public-read";
  return to("AuthenticatedUsers").length > 0 ? "authenticated-read" : "custom";
}

/** One thing that each bucket has or has not. */
const each =
  (ask: (s3: S3, Bucket: string) => Promise<Record<string, unknown> | undefined>) => async (around: Around) => {
    const s3 = client(around);
    const found = await Promise.all(
      (await buckets(around)).map(async (bucket) => {
        const inputs = await ask(s3, bucket);
        return inputs ? [plain({ bucket, ...inputs })] : [];
      }),
    );
    return found.flat();
  };

export const S3_LOOKS: Look[] = [
  {
    type: TYPE.bucket,
    actions: ["s3:ListAllMyBuckets"],
    look: async (around) =>
      (await buckets(around)).map((bucket) => ({
        inputs: { bucket },
        outputs: {
          arn: `arn:aws:s3:::${bucket}`,
          bucketDomainName: `${bucket}.s3.amazonaws.com`,
          bucketRegionalDomainName: `${bucket}.s3.${around.graph.region}.amazonaws.com`,
        },
      })),
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
    type: DESCRIBED.accessBlock,
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
      return (
        to && {
          targetBucket: to.TargetBucket,
          targetPrefix: to.TargetPrefix,
          ...(to.TargetObjectKeyFormat && { targetObjectKeyFormat: camel(to.TargetObjectKeyFormat) }),
        }
      );
    }),
  },
  {
    type: TYPE.bucketNotification,
    actions: ["s3:GetBucketNotification"],
    look: each(async (s3, Bucket) => {
      const { EventBridgeConfiguration: bridge } = await s3.getBucketNotificationConfiguration({ Bucket });
      return bridge && { eventbridge: true };
    }),
  },
  {
    // What every new bucket has is not worth a word.
    type: DESCRIBED.ownership,
    actions: ["s3:GetBucketOwnershipControls"],
    look: each(async (s3, Bucket) => {
      const ownership = await ownershipOf(s3, Bucket);
      return ownership === ENFORCED ? undefined : { rule: { objectOwnership: ownership } };
    }),
  },
  {
    type: ALSO.bucketAcl,
    actions: ["s3:GetBucketOwnershipControls", "s3:GetBucketAcl"],
    look: each(async (s3, Bucket) => {
      // Nothing an ACL says counts where there are none.
      if ((await ownershipOf(s3, Bucket)) === ENFORCED) return undefined;
      const { Owner, Grants = [] } = await s3.getBucketAcl({ Bucket });
      const others = Grants.filter(({ Grantee }) => Grantee?.ID !== Owner?.ID);
      return others.length > 0 ? { acl: cannedAcl(others) } : undefined;
    }),
  },
  {
    type: ALSO.website,
    actions: ["s3:GetBucketWebsite"],
    look: each(async (s3, Bucket) => {
      const found = await unlessAbsent(s3.getBucketWebsite({ Bucket }), "NoSuchWebsiteConfiguration");
      return found && { indexDocument: camel(found.IndexDocument ?? {}) };
    }),
  },
];
