import { authorize } from "../authorize.ts";
import type { Operation } from "../context.ts";
import { xml } from "../output.ts";

export const getBucketNotification: Operation = (s3, request) => {
  authorize(s3, request, "GetBucketNotification");
  const eventBridge = request.bucket.eventBridge ? {} : undefined;
  return xml("NotificationConfiguration", { EventBridgeConfiguration: eventBridge });
};
