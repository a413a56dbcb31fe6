import type { Database } from "./database";
import { webOrigins } from "./names";
import type { Storage } from "./storage";

/** The HTTP API: one function per group of routes. File bytes never pass through it; it signs S3 calls. */
export function api(buckets: Storage, tables: Database, cdnUrl: $util.Input<string>) {
  const gateway = new sst.aws.ApiGatewayV2("Api", {
    cors: {
      allowOrigins: webOrigins(),
      allowMethods: ["GET", "POST"],
      allowHeaders: ["content-type", "if-none-match"],
      exposeHeaders: ["ETag"],
      maxAge: "1 hour",
    },
    accessLog: { retention: "1 month" },
  });

  const uploads = new sst.aws.Function("UploadsApi", {
    handler: "packages/functions/src/api/uploads.handler",
    architecture: "arm64",
    // API Gateway gives up after 30 seconds (AWS: HTTP API quotas).
    timeout: "29 seconds",
    memory: "512 MB",
    logging: { retention: "1 month" },
    environment: {
      UPLOADS_TABLE: tables.uploads.name,
      EVENTS_TABLE: tables.events.name,
      UPLOADS_BUCKET: buckets.uploads.bucket,
      CDN_URL: cdnUrl,
    },
    permissions: [
      {
        actions: ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem"],
        resources: [tables.uploads.arn],
      },
      { actions: ["dynamodb:GetItem"], resources: [tables.events.arn] },
      {
        // A signed URL can do what its signer may do, and nothing more.
        actions: ["s3:PutObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"],
        resources: [`${buckets.uploads.arn}/events/*`],
      },
    ],
  });

  /** Every route, with the function that answers it; a route that is not public names its authorizer here. */
  const routes: { route: string; to: sst.aws.Function; args?: sst.aws.ApiGatewayV2RouteArgs }[] = [
    { route: "POST /events/{eventId}/uploads", to: uploads },
    { route: "POST /uploads/{uploadId}/sign", to: uploads },
    { route: "GET /uploads/{uploadId}", to: uploads },
  ];
  for (const { route, to, args } of routes) gateway.route(route, to.arn, args);
  return { gateway };
}
