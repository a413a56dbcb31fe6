/** Headers of an answer that pages of other sites may read. */
export const SHOWN_HEADERS = ["Accept-Ranges", "Content-Length", "Content-Range", "ETag"];
/** Headers by which S3 tells how it keeps an object. */
export const STORAGE_HEADERS = [
  "x-amz-expiration",
  "x-amz-id-2",
  "x-amz-replication-status",
  "x-amz-request-id",
  "x-amz-server-side-encryption",
  "x-amz-storage-class",
  "x-amz-version-id",
];
/**
 * What S3 and those who write there say of an object, and viewers need not know: metadata of the handlers
 * (`packages/functions/src/aws/metadata.ts`) and of MediaConvert, whose job's id is on all it writes. A policy takes
 * whole names only, ten of them.
 */
export const HIDDEN_HEADERS = [
  "x-amz-meta-mediaconvert-jobid",
  "x-amz-meta-mirrored",
  "x-amz-meta-sent-bytes",
  ...STORAGE_HEADERS,
];
