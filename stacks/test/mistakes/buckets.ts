import { add, type Change, inProduction, type Mistake, remove, set, state, within } from "./change.ts";

const CONTENT = "arn:aws:s3:::dropclip-content-dev";
const opened: Change = (graph) => {
  set("BucketPublicAccessBlock", "ContentPublicAccessBlock", {
    ...{ blockPublicAcls: false, blockPublicPolicy: false },
    ...{ ignorePublicAcls: false, restrictPublicBuckets: false },
  })(graph);
  state("BucketPolicy", "ContentPolicy", {
    Effect: "Allow",
    Principal: "*",
    Action: ["s3:GetObject", "s3:PutObject"],
    Resource: `${CONTENT}/*`,
  })(graph);
};
const stranger = {
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::999999999999:root" },
  Action: "s3:PutBucketPolicy",
  Resource: CONTENT,
};
const cors = (rule: object) => set("BucketCorsConfiguration", "UploadsCors", { corsRules: [rule] });

export const BUCKETS: Mistake[] = [
  ["a bucket that everybody may read", opened, "S3.2", "ContentBucket"],
  ["a bucket that everybody may write", opened, "S3.3", "ContentBucket"],
  ["a bucket without a policy", remove("BucketPolicy", "UploadsPolicy"), "S3.5", "UploadsBucket"],
  [
    "a bucket that refuses plain HTTP for objects only",
    within("BucketPolicy", "UploadsPolicy", (inputs) => {
      inputs.policy = inputs.policy.replace('"arn:aws:s3:::dropclip-uploads-dev",', "");
    }),
    "S3.5",
    "UploadsBucket",
  ],
  [
    "another account that may change a bucket's policy",
    state("BucketPolicy", "ContentPolicy", stranger),
    "S3.6",
    "ContentPolicy#Seed",
  ],
  [
    "a bucket without a public access block",
    remove("BucketPublicAccessBlock", "LogsPublicAccessBlock"),
    "S3.8",
    "LogsBucket",
  ],
  [
    "half a public access block",
    set("BucketPublicAccessBlock", "ImagesPublicAccessBlock", { restrictPublicBuckets: false }),
    "S3.8",
    "ImagesBucket",
  ],
  ["a bucket that logs nothing", remove("BucketLogging", "UploadsLogging"), "S3.9", "UploadsBucket"],
  ["a bucket with an ACL", set("Bucket", "ContentBucket", { acl: "public-read" }), "S3.12", "ContentBucket"],
  [
    "a bucket whose objects have ACLs",
    add("aws:s3/bucketOwnershipControls:BucketOwnershipControls", {
      bucket: "dropclip-content-dev",
      rule: { objectOwnership: "ObjectWriter" },
    }),
    "S3.12",
    "ContentBucket",
  ],
  [
    "a bucket without lifecycle rules",
    remove("BucketLifecycleConfiguration", "ImagesLifecycle"),
    "S3.13",
    "ImagesBucket",
  ],
  [
    "a bucket that is a website",
    add("aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration", { bucket: "dropclip-pages-dev" }),
    "own/bucket-website",
    "PagesBucket",
  ],
  [
    "uploads from pages of every origin",
    cors({ allowedOrigins: ["*"], allowedMethods: ["PUT"] }),
    "own/bucket-cors-write",
    "UploadsCors",
  ],
  [
    "uploads read by pages of every origin",
    cors({ allowedOrigins: ["https://*"], allowedMethods: ["GET"] }),
    "own/bucket-cors-read",
    "UploadsCors",
  ],
  [
    "uploads from a page that is fetched by plain HTTP",
    cors({ allowedOrigins: ["http://clips.example.com"], allowedMethods: ["PUT"] }),
    "own/plain-http",
    "UploadsCors#http://clips.example.com",
  ],
  ["a bucket that production deletes with its stack", inProduction(() => {}), "own/kept-bucket", "ContentBucket"],
];
