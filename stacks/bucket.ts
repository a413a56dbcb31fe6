import { later } from "./later";
import { type BucketName, dnsSuffix, region } from "./names";

type Rule = aws.types.input.s3.BucketLifecycleConfigurationRule;

const ABORT_DAYS = 2;

/** Parts of an upload that was never completed are billed and seen by nobody, whoever sent them. */
const abortIncomplete: Rule = {
  id: "abort-incomplete",
  status: "Enabled",
  filter: { prefix: "" },
  abortIncompleteMultipartUpload: { daysAfterInitiation: ABORT_DAYS },
};

/** A private bucket. `rules` are lifecycle rules besides the one that every bucket has. */
export function bucket(name: string, names: BucketName, args: sst.aws.BucketArgs = {}, rules: Rule[] = []) {
  // The name as the bucket itself gives it: who takes it from here waits for the bucket, but not for its policy.
  const made = later<string>();
  const component = new sst.aws.Bucket(name, {
    // SST's default is a rule that lets every origin do everything.
    cors: false,
    ...args,
    // SST makes no lifecycle without a rule of its own kind; the rules it lacks are put in the place of this one.
    lifecycle: [{ id: abortIncomplete.id }],
    transform: {
      ...args.transform,
      // SST's default is forceDestroy in every stage.
      bucket: { bucket: names.bucket, forceDestroy: $app.removal === "remove" },
      lifecycle: (own) => {
        made.resolve(own.bucket);
        own.rules = [...rules, abortIncomplete];
      },
    },
  });
  const domain = $interpolate`${made.value}.s3.${region()}.${dnsSuffix()}`;
  return { component, ...names, domain };
}

const edge = {
  actions: ["s3:GetObject" as const],
  principals: [{ type: "service" as const, identifiers: ["cloudfront.amazonaws.com"] }],
  paths: ["*"],
};

/** Lets one distribution read: `access: "cloudfront"` would let any distribution of any account in. */
export const readableBy = (distributionArn: $util.Input<string>) => ({
  ...edge,
  conditions: [{ test: "StringEquals", variable: "AWS:SourceArn", values: [distributionArn] }],
});

/** Keeps what lies below a path from every distribution, `events/*` for one. */
export const keptBelow = (pattern: string) => ({ ...edge, effect: "deny" as const, paths: [pattern] });

/** Keeps what bears the tag from every distribution. */
export const hiddenWhere = (tag: { key: string; value: string }) => ({
  ...edge,
  effect: "deny" as const,
  conditions: [{ test: "StringEquals", variable: `s3:ExistingObjectTag/${tag.key}`, values: [tag.value] }],
});
