import { isStage, isSuffix, NAMES_TAKE } from "./stage";

/** Of this deployment; the one its stage was deployed with before, unless the environment says another. */
let bucketSuffix = process.env.DROPCLIP_BUCKET_SUFFIX?.trim() ?? "";

/**
 * Refuses a stage or suffix AWS would refuse in some name, half way through a deployment, and a suffix other than the
 * one the stage was deployed with: with other names every bucket would be replaced, and its media deleted. Must end
 * before anything is created.
 */
export async function checkNames() {
  const { stage } = $app;
  if (!isStage(stage))
    throw new Error(`The stage "${stage}" cannot be used in names on AWS. Use a letter, then ${NAMES_TAKE}.`);
  if (bucketSuffix && !isSuffix(bucketSuffix))
    throw new Error(`DROPCLIP_BUCKET_SUFFIX is "${bucketSuffix}". Use ${NAMES_TAKE}.`);
  const before = await suffixBefore();
  if (before === undefined) return;
  if (bucketSuffix && bucketSuffix !== before)
    throw new Error(
      `The stage ${stage} was deployed with ${before ? `DROPCLIP_BUCKET_SUFFIX=${before}` : "no DROPCLIP_BUCKET_SUFFIX"}, and now it is ${bucketSuffix}. ` +
        "Its buckets would be replaced, and their media with them. Deploy with the suffix it had, or another stage.",
    );
  bucketSuffix = before;
}

/** Where a stage keeps what it was deployed with and as. */
export const OUTPUTS = "outputs";
export const parameter = (name: string) => `/${$app.name}/${$app.stage}/${name}`;

async function suffixBefore(): Promise<string | undefined> {
  const { names = [], values = [] } = await aws.ssm.getParametersByPath({ path: `/${$app.name}/${$app.stage}` });
  const outputs = values[names.indexOf(parameter(OUTPUTS))];
  return outputs === undefined ? undefined : JSON.parse(outputs).bucketSuffix;
}

/** The suffix to remember. */
export const suffix = () => bucketSuffix;

/** Physical name of everything that is of one region but tables and buckets: `dropclip-{name}-{stage}`. */
export const named = (name: string) => `${$app.name}-${name}-${$app.stage}`;

/** Physical name of what an account has once for all regions (roles, CloudFront's policies), where a stage may stand in two. */
export const worldwide = (name: string) => $interpolate`${named(name)}-${region()}`;

/** `ObjectCreated` → `object-created`. */
export const kebab = (name: string) => name.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();

/** Names that are shared by everybody on AWS: a deployment may set a suffix of its own. */
export const suffixed = (name: string) => name + (bucketSuffix ? `-${bucketSuffix}` : "");

export const account = () => aws.getCallerIdentityOutput().accountId;
export const region = () => aws.getRegionOutput().region;
/** `aws`; China and GovCloud have others. */
export const partition = () => aws.getPartitionOutput().partition;
/** `amazonaws.com`, but in China. */
export const dnsSuffix = () => aws.getPartitionOutput().dnsSuffix;

/** ARN of something of this account and region. */
export const arn = (service: string, resource: $util.Input<string>) =>
  $interpolate`arn:${partition()}:${service}:${region()}:${account()}:${resource}`;

/** Where the app's own pages are served from: they alone may send files to the uploads bucket. Comma-separated. */
export function webOrigins(): string[] {
  const written = (process.env.DROPCLIP_WEB_ORIGINS ?? "").split(",").map((one) => one.trim());
  const origins = written.filter((one) => one !== "");
  for (const origin of origins)
    if (!URL.canParse(origin) || new URL(origin).origin !== origin)
      throw new Error(
        `DROPCLIP_WEB_ORIGINS names "${origin}", which is no origin. Use for example https://app.example.com: no path, no slash at the end.`,
      );
  return origins.length > 0 ? origins : ["http://localhost:3000"];
}

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
});
export type Names = ReturnType<typeof names>;
