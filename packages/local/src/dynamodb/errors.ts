import type { Fault } from "../protocol/json.ts";
import { AwsError } from "../world.ts";

/** Errors that are the front door's own, not DynamoDB's. */
const CORAL = new Set(["AccessDeniedException", "SerializationException", "UnknownOperationException"]);

/** What DynamoDB calls a fault of its own; SDKs try again. */
export const internal = (message: string) => new AwsError("InternalServerError", message, 500);

/** An error in DynamoDB's JSON shape. */
export function fault({ code, message, details }: AwsError): Fault {
  const namespace = CORAL.has(code) ? "com.amazon.coral.service" : "com.amazonaws.dynamodb.v20120810";
  // The front door writes its member with a capital letter, DynamoDB without.
  const member = code === "AccessDeniedException" ? "Message" : "message";
  return { body: { __type: `${namespace}#${code}`, [member]: message, ...details } };
}
