import type { Operation } from "../context.ts";
import { existing } from "../existing.ts";
import { replaceTags } from "../replace-tags.ts";

export const deleteObjectTagging: Operation = (s3, request) => {
  replaceTags(s3, request, existing(s3, request, "DeleteObjectTagging"), undefined);
  return { status: 204 };
};
