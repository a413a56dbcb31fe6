import { parseQuery } from "../gate/query.ts";
import { AwsError } from "../world.ts";
import { authorizeResource } from "./authorize.ts";
import { checkRead, readConditions } from "./conditions.ts";
import { objectArn, type Request, type S3 } from "./context.ts";
import { invalidArgument, noSuchBucket, noSuchKey, notImplemented, preconditionFailed } from "./errors.ts";
import type { StoredObject } from "./objects.ts";
import { existingTags } from "./tags.ts";

/** The object that `x-amz-copy-source` names, for a caller who may read it, its conditions met. */
export function copySource(s3: S3, request: Request): StoredObject {
  const header = request.headers["x-amz-copy-source"] ?? "";
  const { bucketName, key } = parseSource(header);
  const bucket = s3.buckets.get(bucketName);
  if (!bucket) throw noSuchBucket(bucketName);
  const object = s3.objects.find(bucket.name, key);
  authorizeResource(s3, request, "GetObject", objectArn(bucket, key), existingTags(object?.tags));
  if (!object) throw missing(s3, request, bucket.arn, key);
  // A copy has no 304: where a GET would answer that, S3 refuses.
  if (checkRead(readConditions(request.headers, "x-amz-copy-source-"), object) === 304)
    throw preconditionFailed("x-amz-copy-source-If-None-Match");
  return object;
}

/** A copy that takes the source's tags along reads them. */
export function authorizeSourceTags(s3: S3, request: Request, { bucket, key, tags }: StoredObject) {
  const resource = objectArn(s3.buckets.get(bucket)!, key);
  authorizeResource(s3, request, "GetObjectTagging", resource, existingTags(tags));
}

function missing(s3: S3, request: Request, arn: string, key: string): AwsError {
  try {
    authorizeResource(s3, request, "ListBucket", arn);
    return noSuchKey(key);
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
}

function parseSource(header: string): { bucketName: string; key: string } {
  const [path = "", rawQuery = ""] = header.split("?", 2);
  const invalid = () =>
    invalidArgument(
      "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
      "x-amz-copy-source",
      header,
    );
  let parts: RegExpExecArray | null;
  let versionId: unknown;
  try {
    parts = /^\/?([^/]+)\/([\s\S]+)$/.exec(decodeURIComponent(path));
    versionId = parseQuery(rawQuery).versionId;
  } catch {
    throw invalid();
  }
  if (!parts) throw invalid();
  if (parts[1]!.startsWith("arn:")) throw notImplemented("x-amz-copy-source by ARN");
  if (versionId !== undefined && versionId !== "null") throw notImplemented("versionId");
  return { bucketName: parts[1]!, key: parts[2]! };
}
