import { type BucketName, type Names, webOrigins } from "./names";

const UPLOAD_DAYS = 7;
const ABORT_DAYS = 2;

function bucket(name: string, names: BucketName, args: sst.aws.BucketArgs = {}) {
  const component = new sst.aws.Bucket(name, {
    // SST's default is a rule that lets every origin do everything.
    cors: false,
    ...args,
    transform: {
      ...args.transform,
      // SST's default is forceDestroy in every stage.
      bucket: { bucket: names.bucket, forceDestroy: $app.removal === "remove" },
    },
  });
  return { component, ...names };
}

/** Read by one distribution only: `access: "cloudfront"` would let any distribution of any account in. */
const readableBy = (distributionArn: $util.Input<string>): sst.aws.BucketArgs["policy"] => [
  {
    actions: ["s3:GetObject"],
    principals: [{ type: "service", identifiers: ["cloudfront.amazonaws.com"] }],
    paths: ["*"],
    conditions: [{ test: "StringEquals", variable: "AWS:SourceArn", values: [distributionArn] }],
  },
];

/** Three private buckets: `uploads` takes the fans' bytes and forgets them, `content` and `images` hold what the edge serves. */
export function storage(names: Names, distributionArn: $util.Input<string>) {
  const uploads = bucket("Uploads", names.uploads, {
    cors: {
      allowOrigins: webOrigins(),
      allowMethods: ["PUT", "POST", "GET", "DELETE"],
      allowHeaders: ["content-type", "if-none-match", "x-amz-*"],
      // The browser names every part's ETag when it completes the upload.
      exposeHeaders: ["ETag"],
      maxAge: "1 hour",
    },
    lifecycle: [{ id: "expire", expiresIn: `${UPLOAD_DAYS} days` }],
    transform: {
      // SST's lifecycle has no rule for parts of uploads that were never completed.
      lifecycle: (args) => {
        args.rules = $util.output(args.rules ?? []).apply((rules) => [
          ...rules,
          {
            id: "abort-incomplete",
            status: "Enabled",
            filter: { prefix: "" },
            abortIncompleteMultipartUpload: { daysAfterInitiation: ABORT_DAYS },
          },
        ]);
      },
    },
  });
  new aws.s3.BucketNotification("UploadsNotification", { bucket: uploads.component.name, eventbridge: true });

  const content = bucket("Content", names.content, { policy: readableBy(distributionArn) });
  const images = bucket("Images", names.images, { policy: readableBy(distributionArn) });
  return { uploads, content, images };
}
export type Storage = ReturnType<typeof storage>;
