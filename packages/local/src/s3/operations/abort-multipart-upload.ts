import { authorize } from "../authorize.ts";
import type { Operation } from "../context.ts";
import { abort } from "../lifecycle.ts";
import { openUpload } from "../upload.ts";

export const abortMultipartUpload: Operation = (s3, request) => {
  authorize(s3, request, "AbortMultipartUpload");
  abort(s3, openUpload(s3, request).uploadId);
  return { status: 204 };
};
