import { AwsError } from "../world.ts";
import type { Operation, Request } from "./context.ts";
import { notImplemented } from "./errors.ts";
import { abortMultipartUpload } from "./operations/abort-multipart-upload.ts";
import { completeMultipartUpload } from "./operations/complete-multipart-upload.ts";
import { copyObject } from "./operations/copy-object.ts";
import { createMultipartUpload } from "./operations/create-multipart-upload.ts";
import { deleteObject } from "./operations/delete-object.ts";
import { deleteObjectTagging } from "./operations/delete-object-tagging.ts";
import { deleteObjects } from "./operations/delete-objects.ts";
import { getBucketAcl } from "./operations/get-bucket-acl.ts";
import { getBucketCors } from "./operations/get-bucket-cors.ts";
import { getBucketLifecycle } from "./operations/get-bucket-lifecycle.ts";
import { getBucketLocation } from "./operations/get-bucket-location.ts";
import { getBucketLogging } from "./operations/get-bucket-logging.ts";
import { getBucketNotification } from "./operations/get-bucket-notification.ts";
import { getBucketOwnershipControls } from "./operations/get-bucket-ownership-controls.ts";
import { getBucketPolicy } from "./operations/get-bucket-policy.ts";
import { getBucketVersioning } from "./operations/get-bucket-versioning.ts";
import { getBucketWebsite } from "./operations/get-bucket-website.ts";
import { getObject } from "./operations/get-object.ts";
import { getObjectTagging } from "./operations/get-object-tagging.ts";
import { getPublicAccessBlock } from "./operations/get-public-access-block.ts";
import { headBucket } from "./operations/head-bucket.ts";
import { headObject } from "./operations/head-object.ts";
import { listMultipartUploads } from "./operations/list-multipart-uploads.ts";
import { listObjects } from "./operations/list-objects.ts";
import { listObjectsV2 } from "./operations/list-objects-v2.ts";
import { listParts } from "./operations/list-parts.ts";
import { postObject } from "./operations/post-object.ts";
import { putObject } from "./operations/put-object.ts";
import { putObjectTagging } from "./operations/put-object-tagging.ts";
import { uploadPart } from "./operations/upload-part.ts";
import { uploadPartCopy } from "./operations/upload-part-copy.ts";

/** Query parameters that make a request another operation, in S3's API. */
const SUBRESOURCES = new Set(
  `abac accelerate acl analytics annotation attributes cors delete encryption intelligent-tiering inventory legal-hold
  lifecycle list-type location logging metadataConfiguration metadataTable metrics notification object-lock
  ownershipControls policy policyStatus publicAccessBlock renameObject replication requestPayment restore retention
  select session tagging torrent uploadId uploads versioning versions website`.split(/\s+/),
);

/** `METHOD bucket|object`, then the subresource if any, then `copy` for a request with a copy source. */
const OPERATIONS: Record<string, Operation> = {
  "HEAD bucket": headBucket,
  "GET bucket": listObjects,
  "GET bucket list-type": listObjectsV2,
  "GET bucket location": getBucketLocation,
  "GET bucket cors": getBucketCors,
  "GET bucket lifecycle": getBucketLifecycle,
  "GET bucket policy": getBucketPolicy,
  "GET bucket notification": getBucketNotification,
  "GET bucket versioning": getBucketVersioning,
  "GET bucket acl": getBucketAcl,
  "GET bucket logging": getBucketLogging,
  "GET bucket ownershipControls": getBucketOwnershipControls,
  "GET bucket publicAccessBlock": getPublicAccessBlock,
  "GET bucket website": getBucketWebsite,
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
