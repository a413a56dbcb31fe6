import { AwsError } from "../world.ts";
import type { Operation, Request } from "./context.ts";
import { notImplemented } from "./errors.ts";
import * as facts from "./operations/bucket-facts.ts";
import { completeMultipartUpload } from "./operations/complete-multipart-upload.ts";
import { copyObject } from "./operations/copy-object.ts";
import { createMultipartUpload } from "./operations/create-multipart-upload.ts";
import { deleteObject } from "./operations/delete-object.ts";
import { deleteObjects } from "./operations/delete-objects.ts";
import { getObject, headObject } from "./operations/get-object.ts";
import { listObjects, listObjectsV2 } from "./operations/list-objects.ts";
import { abortMultipartUpload, listMultipartUploads, listParts } from "./operations/multipart-lists.ts";
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from "./operations/object-tagging.ts";
import { postObject } from "./operations/post-object.ts";
import { putObject } from "./operations/put-object.ts";
import { uploadPart, uploadPartCopy } from "./operations/upload-part.ts";

/** Query parameters that make a request another operation, in S3's API. */
const SUBRESOURCES = new Set(
  `abac accelerate acl analytics annotation attributes cors delete encryption intelligent-tiering inventory legal-hold
  lifecycle list-type location logging metadataConfiguration metadataTable metrics notification object-lock
  ownershipControls policy policyStatus publicAccessBlock renameObject replication requestPayment restore retention
  select session tagging torrent uploadId uploads versioning versions website`.split(/\s+/),
);

/** `METHOD bucket|object`, then the subresource if any, then `copy` for a request with a copy source. */
const OPERATIONS: Record<string, Operation> = {
  "HEAD bucket": facts.headBucket,
  "GET bucket": listObjects,
  "GET bucket list-type": listObjectsV2,
  "GET bucket location": facts.getBucketLocation,
  "GET bucket cors": facts.getBucketCors,
  "GET bucket lifecycle": facts.getBucketLifecycle,
  "GET bucket policy": facts.getBucketPolicy,
  "GET bucket notification": facts.getBucketNotification,
  "GET bucket versioning": facts.getBucketVersioning,
  "GET bucket uploads": listMultipartUploads,
  "POST bucket": postObject,
  "POST bucket delete": deleteObjects,
  "PUT object": putObject,
  "PUT object copy": copyObject,
  "PUT object uploadId": uploadPart,
  "PUT object uploadId copy": uploadPartCopy,
  "GET object": getObject,
  "PUT object tagging": putObjectTagging,
  "GET object tagging": getObjectTagging,
  "DELETE object tagging": deleteObjectTagging,
  "GET object uploadId": listParts,
  "HEAD object": headObject,
  "DELETE object": deleteObject,
  "DELETE object uploadId": abortMultipartUpload,
  "POST object uploads": createMultipartUpload,
  "POST object uploadId": completeMultipartUpload,
};

/** The operation of a request. Throws NotImplemented, naming it, for what S3 has and the local cloud has not. */
export function operationOf({ method, key, query, headers }: Request): Operation {
  if (!/^(GET|HEAD|PUT|POST|DELETE)$/.test(method)) {
    throw new AwsError("MethodNotAllowed", "The specified method is not allowed against this resource.", 405, {
      Method: method,
      ResourceType: key ? "OBJECT" : "BUCKET",
    });
  }
  const subresource = Object.keys(query).filter((name) => SUBRESOURCES.has(name));
  const copy = method === "PUT" && "x-amz-copy-source" in headers ? ["copy"] : [];
  const name = [method, key ? "object" : "bucket", ...subresource, ...copy].join(" ");
  const version = query.versionId;
  if (version !== undefined && version !== "null") throw notImplemented(`versionId (${name})`);
  const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
  if (!operation) throw notImplemented(name);
  return operation;
}
