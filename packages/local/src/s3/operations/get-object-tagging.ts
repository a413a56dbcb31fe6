import type { Operation } from "../context.ts";
import { existing } from "../existing.ts";
import { xml } from "../output.ts";

export const getObjectTagging: Operation = (s3, request) => {
  const { tags = {} } = existing(s3, request, "GetObjectTagging");
  const set = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return xml("Tagging", { TagSet: { Tag: set } });
};
