import { hostsOf, keepSuffix, type Options, parseOptions } from "./options";

let chosen: Options | undefined;

/**
 * Reads what this deployment asks for and refuses what AWS would refuse half way through. Must end before anything is
 * created. A stage keeps the suffix it was deployed with before.
 */
export async function chooseOptions() {
  const asked = parseOptions($app.stage, process.env);
  chosen = { ...asked, bucketSuffix: keepSuffix($app.stage, asked.bucketSuffix, await suffixBefore()) };
}

/** What this deployment asks for. */
export function options(): Options {
  if (!chosen) throw new Error("chooseOptions() must end first");
  return chosen;
}

/** Where a stage keeps what it was deployed with and as. */
export const OUTPUTS = "outputs";
export const parameter = (name: string) => `/${$app.name}/${$app.stage}/${name}`;

async function suffixBefore(): Promise<string | undefined> {
  const { names = [], values = [] } = await aws.ssm.getParametersByPath({
    path: `/${$app.name}/${$app.stage}`,
    // The webhook's secrets are there too, and nothing of a deployment's.
    withDecryption: false,
  });
  const outputs = values[names.indexOf(parameter(OUTPUTS))];
  return outputs === undefined ? undefined : JSON.parse(outputs).bucketSuffix;
}

/** Physical name of everything that is of one region but tables and buckets: `dropclip-{name}-{stage}`. */
export const named = (name: string) => `${$app.name}-${name}-${$app.stage}`;

/**
 * Physical name of what an account has once for all regions (roles, CloudFront's policies), where a stage may stand in
 * two.
 */
export const worldwide = (name: string) => $interpolate`${named(name)}-${region()}`;

/** `ObjectCreated` → `object-created`. */
export const kebab = (name: string) => name.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();

/** Names that must be unique in all of AWS: a deployment may set its own suffix. */
export const suffixed = (name: string) => {
  const { bucketSuffix } = options();
  return name + (bucketSuffix ? `-${bucketSuffix}` : "");
};

export const account = () => aws.getCallerIdentityOutput().accountId;
export const region = () => aws.getRegionOutput().region;
/** `aws`; China and GovCloud have others. */
export const partition = () => aws.getPartitionOutput().partition;
/** `amazonaws.com`, but in China. */
export const dnsSuffix = () => aws.getPartitionOutput().dnsSuffix;

/** Where CloudFront has its metrics and arranges its logs, wherever the stage is (AWS: CloudFront metrics). */
export const EDGE_REGION = "us-east-1";

/** ARN of something of this account and region. */
export const arn = (service: string, resource: $util.Input<string>) =>
  $interpolate`arn:${partition()}:${service}:${region()}:${account()}:${resource}`;

/** Names below a domain of one's own; none where AWS's are used. */
export const hosts = () => hostsOf(options());

/** Everything about a bucket that follows from its name: lets others refer to it without waiting for it. */
function bucketName(name: string) {
  const bucket = suffixed(named(name));
  return {
    bucket,
    arn: $interpolate`arn:${partition()}:s3:::${bucket}`,
  };
}
export type BucketName = ReturnType<typeof bucketName>;

export const names = () => ({
  uploads: bucketName("uploads"),
  content: bucketName("content"),
  images: bucketName("images"),
  pages: bucketName("pages"),
  logs: bucketName("logs"),
});
export type Names = ReturnType<typeof names>;
