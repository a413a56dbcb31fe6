import { HIDDEN_TAG } from "../packages/core/src/keys";
import { SIGNED_URL_SECONDS } from "../packages/core/src/limits";
import { SHOWN_HEADERS } from "./headers";
import { later } from "./later";
import { type BucketName, dnsSuffix, type Names, region, webOrigins } from "./names";

const UPLOAD_DAYS = 7;
const ABORT_DAYS = 2;

/** Parts of an upload that was never completed cost money and are not visible in any listing of objects. */
const abortIncomplete = {
  id: "abort-incomplete",
  status: "Enabled",
  filter: { prefix: "" },
  abortIncompleteMultipartUpload: { daysAfterInitiation: ABORT_DAYS },
};

function bucket(name: string, names: BucketName, args: sst.aws.BucketArgs = {}) {
  // The name as an output of the bucket: a resource that uses it waits for the bucket, but not for its policy.
  const made = later<string>();
  const component = new sst.aws.Bucket(name, {
    // SST's default is a rule that lets every origin do everything.
    cors: false,
    ...args,
    // SST makes no lifecycle without a rule of its own kind; the rule it lacks is put in the place of this one.
    lifecycle: args.lifecycle ?? [{ id: abortIncomplete.id }],
    transform: {
      ...args.transform,
      // SST's default is forceDestroy in every stage.
      bucket: { bucket: names.bucket, forceDestroy: $app.removal === "remove" },
      lifecycle: (rules) => {
        made.resolve(rules.bucket);
        rules.rules = $util
          .output(rules.rules ?? [])
          .apply((own) => [...own.filter(({ id }) => id !== abortIncomplete.id), abortIncomplete]);
      },
    },
  });
  const domain = $interpolate`${made.value}.s3.${region()}.${dnsSuffix()}`;
  return { component, ...names, domain };
}

/**
 * Read by one distribution only: `access: "cloudfront"` would let any distribution of any account in. What bears the
 * tag `hidden` is not for the public.
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
      conditions: [
        { test: "StringEquals", variable: `s3:ExistingObjectTag/${HIDDEN_TAG.key}`, values: [HIDDEN_TAG.value] },
      ],
    },
  ];
};

/**
 * Published media is public and carries no credentials: every site may show it. S3 answers the preflights that the edge
 * passes on (AWS: CloudFront adds headers to answers, it gives none of its own).
 */
const shownAnywhere = {
  allowedOrigins: ["*"],
  allowedMethods: ["GET", "HEAD"],
  allowedHeaders: ["*"],
  exposeHeaders: SHOWN_HEADERS,
  maxAgeSeconds: 24 * 60 * 60,
};

/** Milliseconds. The bucket refuses a URL that is older, whatever expiry it states. */
const SIGNATURE_AGE_MS = SIGNED_URL_SECONDS * 1000;

const freshSignatures: sst.aws.BucketArgs["policy"] = [
  {
    effect: "deny",
    actions: ["s3:*"],
    principals: "*",
    conditions: [{ test: "NumericGreaterThan", variable: "s3:signatureAge", values: [String(SIGNATURE_AGE_MS)] }],
  },
];

/**
 * Three private buckets: `uploads` takes the fans' bytes and forgets them, `content` and `images` hold what the edge
 * serves.
 */
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
  });

  const content = bucket("Content", names.content, {
    policy: readableBy(distributionArn),
    cors: { allowOrigins: ["*"] },
    transform: {
      cors: (args) => {
        args.corsRules = [shownAnywhere];
      },
    },
  });
  const images = bucket("Images", names.images, {
    policy: readableBy(distributionArn),
    // Flyers and profile pictures are posted by the app's own pages.
    cors: { allowOrigins: webOrigins(), allowMethods: ["POST"], allowHeaders: ["content-type"], maxAge: "1 hour" },
    transform: {
      cors: (args) => {
        args.corsRules = $util.output(args.corsRules).apply((rules) => [...rules, shownAnywhere]);
      },
    },
  });
  for (const [name, { component }] of Object.entries({ Uploads: uploads, Images: images }))
    new aws.s3.BucketNotification(`${name}Notification`, { bucket: component.name, eventbridge: true });
  return { uploads, content, images };
}
export type Storage = ReturnType<typeof storage>;
