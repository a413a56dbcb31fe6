import { AwsError } from "../../world.ts";
import { authorize } from "../authorize.ts";
import type { Operation } from "../context.ts";
import { xml } from "../output.ts";

export const getBucketCors: Operation = (s3, request) => {
  authorize(s3, request, "GetBucketCORS");
  const { name } = request.bucket;
  const cors = s3.corsOf(request.bucket);
  if (!cors.length)
    throw new AwsError("NoSuchCORSConfiguration", "The CORS configuration does not exist", 404, { BucketName: name });
  return xml("CORSConfiguration", {
    CORSRule: cors.map((rule) => ({
      AllowedOrigin: rule.allowedOrigins,
      AllowedMethod: rule.allowedMethods,
      AllowedHeader: rule.allowedHeaders,
      ExposeHeader: rule.exposeHeaders,
      MaxAgeSeconds: rule.maxAgeSeconds,
    })),
  });
};
