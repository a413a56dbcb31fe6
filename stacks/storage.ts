import { HIDDEN_TAG, PATTERNS } from "../packages/core/src/keys";
import { SIGNED_URL_SECONDS } from "../packages/core/src/limits";
import { bucket, hiddenWhere, keptBelow, readableBy } from "./bucket";
import { SHOWN_HEADERS } from "./headers";
import type { Names } from "./names";

const UPLOAD_DAYS = 7;

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
 * Three private buckets for media: `uploads` takes the fans' bytes and forgets them, `content` and `images` hold what
 * the edge serves, but for what is hidden and what waits. Files come from the `origins` only.
 */
export function storage(names: Names, distributionArn: $util.Input<string>, origins: $util.Input<string>[]) {
  const expire = { id: "expire", status: "Enabled", filter: { prefix: "" }, expiration: { days: UPLOAD_DAYS } };
  const served = [readableBy(distributionArn), hiddenWhere(HIDDEN_TAG), keptBelow(PATTERNS.waiting)];
  const sent: sst.aws.BucketArgs = {
    policy: freshSignatures,
    cors: {
      allowOrigins: origins,
      allowMethods: ["PUT", "POST", "GET", "DELETE"],
      allowHeaders: ["content-type", "if-none-match", "x-amz-*"],
      // The browser names every part's ETag when it completes the upload.
      exposeHeaders: ["ETag"],
      maxAge: "1 hour",
    },
  };
  const uploads = bucket("Uploads", names.uploads, sent, [expire]);

  const content = bucket("Content", names.content, {
    policy: served,
    cors: { allowOrigins: ["*"] },
    transform: {
      cors: (args) => {
        args.corsRules = [shownAnywhere];
      },
    },
  });
  const images = bucket("Images", names.images, {
    policy: served,
    // Flyers and profile pictures are posted by the app's own pages.
    cors: { allowOrigins: origins, allowMethods: ["POST"], allowHeaders: ["content-type"], maxAge: "1 hour" },
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
