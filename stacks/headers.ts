/** Headers of an answer that pages of other sites may read. */
export const SHOWN_HEADERS = ["Accept-Ranges", "Content-Length", "Content-Range", "ETag"];
/**
 * Headers that viewers do not need: S3's own, the metadata of the handlers (`packages/functions/src/aws/metadata.ts`)
 * and MediaConvert's, which writes its job id on every output. A policy takes whole names only, at most ten.
 */
export const HIDDEN_HEADERS = [
  "x-amz-meta-mediaconvert-jobid",
  "x-amz-meta-mirrored",
  "x-amz-meta-sent-bytes",
  "x-amz-expiration",
  "x-amz-id-2",
  "x-amz-replication-status",
  "x-amz-request-id",
  "x-amz-server-side-encryption",
  "x-amz-storage-class",
  "x-amz-version-id",
];
