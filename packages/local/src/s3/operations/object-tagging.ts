import { causeOf } from "../commit.ts";
import type { Operation, Request, S3 } from "../context.ts";
import { publishTags } from "../events.ts";
import type { StoredObject } from "../objects.ts";
import { receiveText } from "../payload.ts";
import { sendXml } from "../respond.ts";
import { requestTags, type Tags, tagsInXml } from "../tags.ts";
import { existing } from "./get-object.ts";

/** Ten tags, generously escaped and indented. */
const MAX_BODY_BYTES = 256 * 1024;

export const getObjectTagging: Operation = (s3, request) => {
  const { tags = {} } = existing(s3, request, "GetObjectTagging");
  const set = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  sendXml(request.response, 200, "Tagging", { TagSet: { Tag: set } });
};

export const putObjectTagging: Operation = async (s3, request) => {
  const tags = tagsInXml((await receiveText(request, MAX_BODY_BYTES)).text);
  replaceTags(s3, request, existing(s3, request, "PutObjectTagging", requestTags(tags)), tags);
  request.response.writeHead(200, { "content-length": 0 });
  request.response.end();
};

export const deleteObjectTagging: Operation = (s3, request) => {
  replaceTags(s3, request, existing(s3, request, "DeleteObjectTagging"), undefined);
  request.response.writeHead(204);
  request.response.end();
};

/** In the turn that read the object: nobody has replaced it in between. */
function replaceTags(s3: S3, request: Request, object: StoredObject, tags: Tags | undefined) {
  s3.world.store.transaction(() => {
    s3.objects.put({ ...object, tags });
    const what = tags ? "Object Tags Added" : "Object Tags Deleted";
    publishTags(s3, request.bucket, object, what, causeOf(request, "PutObject"));
  });
}
