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

/**
 * Read by one distribution only: `access: "cloudfront"` would let any distribution of any account in. What bears the tag
 * `hidden` is not for the public.
 */
const readableBy = (distributionArn: $util.Input<string>): sst.aws.BucketArgs["policy"] => {
  const edge = {
    actions: ["s3:GetObject"],
    principals: [{ type: "service" as const, identifiers: ["cloudfront.amazonaws.com"] }],
    paths: ["*"],
  };
  return [
    { ...edge, conditions: [{ test: "StringEquals", variable: "AWS:SourceArn", values: [distributionArn] }] },
    {
      ...edge,
      effect: "deny",
      conditions: [{ test: "StringEquals", variable: "s3:ExistingObjectTag/hidden", values: ["true"] }],
    },
  ];
};

/** Milliseconds: a URL that outlived what we sign it for is refused whatever it says of itself. */
const SIGNATURE_AGE_MS = 15 * 60 * 1000;

const freshSignatures: sst.aws.BucketArgs["policy"] = [
  {
    effect: "deny",
    actions: ["s3:*"],
    principals: "*",
    conditions: [{ test: "NumericGreaterThan", variable: "s3:signatureAge", values: [String(SIGNATURE_AGE_MS)] }],
  },
];

/** Three private buckets: `uploads` takes the fans' bytes and forgets them, `content` and `images` hold what the edge serves. */
export function storage(names: Names, distributionArn: $util.Input<string>) {
  const uploads = bucket("Uploads", names.uploads, {
    policy: freshSignatures,
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

  const content = bucket("Content", names.content, { policy: readableBy(distributionArn) });
  const images = bucket("Images", names.images, {
    policy: readableBy(distributionArn),
    // Flyers and profile pictures are posted by the app's own pages.
    cors: { allowOrigins: webOrigins(), allowMethods: ["POST"], allowHeaders: ["content-type"], maxAge: "1 hour" },
  });
  for (const [name, { component }] of Object.entries({ Uploads: uploads, Images: images }))
    new aws.s3.BucketNotification(`${name}Notification`, { bucket: component.name, eventbridge: true });
  return { uploads, content, images };
}
export type Storage = ReturnType<typeof storage>;
