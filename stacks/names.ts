/** Physical name of everything but tables and buckets: `dropclip-{name}-{stage}`. */
export const named = (name: string) => `${$app.name}-${name}-${$app.stage}`;

/** `ObjectCreated` → `object-created`. */
export const kebab = (name: string) => name.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();

/** Names that are shared by everybody on AWS: a deployment may set a suffix of its own. */
export const suffixed = (name: string) =>
  name + (process.env.DROPCLIP_BUCKET_SUFFIX ? `-${process.env.DROPCLIP_BUCKET_SUFFIX}` : "");

export const account = () => aws.getCallerIdentityOutput().accountId;
export const region = () => aws.getRegionOutput().region;

/** Where the app's own pages are served from: they alone may send files to the uploads bucket. Comma-separated. */
export const webOrigins = () => (process.env.DROPCLIP_WEB_ORIGINS || "http://localhost:3000").split(",");

/** Everything about a bucket that follows from its name: lets others refer to it without waiting for it. */
function bucketName(name: string) {
  const bucket = suffixed(named(name));
  return {
    bucket,
    arn: `arn:aws:s3:::${bucket}`,
    regionalDomain: $interpolate`${bucket}.s3.${region()}.amazonaws.com`,
  };
}
export type BucketName = ReturnType<typeof bucketName>;

export const names = () => ({
  uploads: bucketName("uploads"),
  content: bucketName("content"),
  images: bucketName("images"),
});
export type Names = ReturnType<typeof names>;
