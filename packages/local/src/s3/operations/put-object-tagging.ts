import type { Operation } from "../context.ts";
import { existing } from "../existing.ts";
import { receiveText } from "../payload.ts";
import { replaceTags } from "../replace-tags.ts";
import { requestTags, tagsInXml } from "../tags.ts";

/** Ten tags, generously escaped and indented. */
const MAX_BODY_BYTES = 256 * 1024;

export const putObjectTagging: Operation = async (s3, request) => {
  const tags = tagsInXml((await receiveText(request, MAX_BODY_BYTES)).text);
  replaceTags(s3, request, existing(s3, request, "PutObjectTagging", requestTags(tags)), tags);
  return { status: 200, headers: { "content-length": 0 } };
};
