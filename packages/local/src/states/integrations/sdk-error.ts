import { StateError } from "../errors.ts";

/** What a client of the JS SDK throws. */
interface SdkError {
  name: string;
  message: string;
  $metadata?: { httpStatusCode?: number; requestId?: string; extendedRequestId?: string };
}

/**
 * A bodiless 404 is `NotFound` in JavaScript; the Java SDK, whose names Step Functions uses, knows what was asked for.
 */
const NOT_FOUND: Record<string, string> = { headObject: "NoSuchKeyException", headBucket: "NoSuchBucketException" };

/**
 * The error as Step Functions names it: the Java SDK's class behind the service, `S3.S3Exception` when there is no
 * class.
 */
export function sdkError(prefix: string, action: string, thrown: unknown): StateError {
  const error = thrown as SdkError;
  const status = error.$metadata?.httpStatusCode;
  if (status === undefined) return new StateError(`${prefix}.SdkClientException`, error.message);
  const { requestId = "", extendedRequestId } = error.$metadata!;
  const extended = extendedRequestId ? `, Extended Request ID: ${extendedRequestId}` : "";
  const message = error.message && error.message !== "UnknownError" ? error.message : "null";
  const cause = `${message} (Service: ${prefix}, Status Code: ${status}, Request ID: ${requestId}${extended})`;
  return new StateError(`${prefix}.${className(prefix, action, error)}`, cause);
}

function className(prefix: string, action: string, error: SdkError): string {
  if (error.name === "NotFound" && action in NOT_FOUND) return NOT_FOUND[action]!;
  // The JS SDK throws its base class for codes its model does not name. Its model is newer than Step Functions'
  // clients: there a refusal of S3 is still an `S3Exception`.
  const { name: thrown } = error.constructor;
  const modelled = !/ServiceException$/.test(thrown) && thrown !== "Error" && error.name !== "AccessDenied";
  if (!modelled) return `${prefix}Exception`;
  return error.name.endsWith("Exception") ? error.name : `${error.name}Exception`;
}
