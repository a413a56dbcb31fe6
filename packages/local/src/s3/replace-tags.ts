import { causeOf } from "./commit.ts";
import type { Request, S3 } from "./context.ts";
import { publishTags } from "./events.ts";
import type { StoredObject } from "./objects.ts";
import type { Tags } from "./tags.ts";

/** In the same turn that read the object: it cannot have been replaced in between. */
export function replaceTags(s3: S3, request: Request, object: StoredObject, tags: Tags | undefined) {
  s3.world.store.transaction(() => {
    s3.objects.put({ ...object, tags });
    const what = tags ? "Object Tags Added" : "Object Tags Deleted";
    publishTags(s3, request.bucket, object, what, causeOf(request, "PutObject"));
  });
}
