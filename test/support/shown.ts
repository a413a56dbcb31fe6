/** Headers of an answer of the edge that tell of what is behind it: S3's own, and metadata of those who write there. */
export const behindTheEdge = ({ headers }: Response) =>
  [...headers.keys()].filter((name) => name.startsWith("x-amz-") && !name.startsWith("x-amz-cf-"));
