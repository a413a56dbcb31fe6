import { AwsError } from "../world.ts";
import { authorize, mayList } from "./authorize.ts";
import type { Request, S3 } from "./context.ts";
import { noSuchKey } from "./errors.ts";
import type { StoredObject } from "./objects.ts";
import { existingTags } from "./tags.ts";

/** The object, for a caller who may have it. Throws AccessDenied where it is missing and the caller may not list. */
export function existing(
  s3: S3,
  request: Request,
  action: string,
  context: Record<string, string | string[]> = {},
): StoredObject {
  const object = s3.objects.find(request.bucket.name, request.key);
  authorize(s3, request, action, { ...existingTags(object?.tags), ...context });
  if (object) return object;
  if (!mayList(s3, request)) throw new AwsError("AccessDenied", "Access Denied", 403);
  throw noSuchKey(request.key);
}
