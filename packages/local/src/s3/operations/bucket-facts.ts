import { AwsError } from "../../world.ts";
import { authorize } from "../authorize.ts";
import type { Operation } from "../context.ts";
import { sendXml } from "../respond.ts";

/** What is known of a bucket from the infrastructure; nothing of it can be changed here. */

export const headBucket: Operation = (s3, request) => {
  authorize(s3, request, "ListBucket");
  request.response.writeHead(200, {
    "x-amz-bucket-region": s3.world.region,
    "x-amz-access-point-alias": "false",
    "content-type": "application/xml",
  });
  request.response.end();
};

export const getBucketLocation: Operation = (s3, request) => {
  authorize(s3, request, "GetBucketLocation");
  // us-east-1 is written as nothing, for historical reasons.
  const region = s3.world.region === "us-east-1" ? undefined : s3.world.region;
  sendXml(request.response, 200, "LocationConstraint", region);
};

export const getBucketCors: Operation = (s3, request) => {
  authorize(s3, request, "GetBucketCORS");
  const { cors, name } = request.bucket;
  if (!cors.length)
    throw new AwsError("NoSuchCORSConfiguration", "The CORS configuration does not exist", 404, { BucketName: name });
  sendXml(request.response, 200, "CORSConfiguration", {
    CORSRule: cors.map((rule) => ({
      AllowedOrigin: rule.allowedOrigins,
      AllowedMethod: rule.allowedMethods,
      AllowedHeader: rule.allowedHeaders,
      ExposeHeader: rule.exposeHeaders,
      MaxAgeSeconds: rule.maxAgeSeconds,
    })),
  });
};

export const getBucketLifecycle: Operation = (s3, request) => {
  authorize(s3, request, "GetLifecycleConfiguration");
  const { lifecycle, name } = request.bucket;
  if (!lifecycle.length) {
    throw new AwsError("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist", 404, {
      BucketName: name,
    });
  }
  sendXml(request.response, 200, "LifecycleConfiguration", {
    Rule: lifecycle.map(({ id, enabled, prefix, expirationDays, abortIncompleteMultipartDays }) => ({
      ID: id,
      Filter: { Prefix: prefix },
      Status: enabled ? "Enabled" : "Disabled",
      Expiration: expirationDays === undefined ? undefined : { Days: expirationDays },
      AbortIncompleteMultipartUpload:
        abortIncompleteMultipartDays === undefined ? undefined : { DaysAfterInitiation: abortIncompleteMultipartDays },
    })),
  });
};

export const getBucketPolicy: Operation = (s3, request) => {
  authorize(s3, request, "GetBucketPolicy");
  const { policy, name } = request.bucket;
  if (!policy) throw new AwsError("NoSuchBucketPolicy", "The bucket policy does not exist", 404, { BucketName: name });
  request.response.writeHead(200, { "content-type": "application/json" });
  request.response.end(JSON.stringify(policy));
};

export const getBucketNotification: Operation = (s3, request) => {
  authorize(s3, request, "GetBucketNotification");
  const eventBridge = request.bucket.eventBridge ? {} : undefined;
  sendXml(request.response, 200, "NotificationConfiguration", { EventBridgeConfiguration: eventBridge });
};

export const getBucketVersioning: Operation = (s3, request) => {
  authorize(s3, request, "GetBucketVersioning");
  // A bucket that was never versioned has an empty configuration.
  sendXml(request.response, 200, "VersioningConfiguration", undefined);
};
