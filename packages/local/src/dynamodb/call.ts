import { crc32 } from "node:zlib";
import { AwsError, type Call } from "../world.ts";

const PREFIX = "DynamoDB_20120810.";

/** Errors that are the front door's own, not DynamoDB's. */
const CORAL = new Set(["AccessDeniedException", "SerializationException", "UnknownOperationException"]);

/** The operation a call names. UnknownOperationException when it names another service's or none. */
export function operationOf({ request }: Call): string {
  const target = String(request.headers["x-amz-target"] ?? "");
  if (target.startsWith(PREFIX)) return target.slice(PREFIX.length);
  throw unknownOperation(target);
}

export function unknownOperation(name: string): AwsError {
  return new AwsError("UnknownOperationException", `${name} is not part of the local cloud's DynamoDB`, 400);
}

/** The request's JSON object. SerializationException when it is none. */
export function bodyOf({ body }: Call): Record<string, any> {
  try {
    const parsed = JSON.parse(body.toString());
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch {
    // Answered below, like anything else that is no object.
  }
  throw new AwsError("SerializationException", "The request body is not a JSON object", 400);
}

/** Answers with a JSON body and its checksum, which the aws CLI verifies. */
export function send({ response, requestId }: Call, status: number, body: string) {
  response.writeHead(status, {
    "content-type": "application/x-amz-json-1.0",
    "content-length": Buffer.byteLength(body),
    "x-amzn-requestid": requestId,
    "x-amz-crc32": String(crc32(body)),
  });
  response.end(body);
}

/** An error in DynamoDB's JSON shape. */
export function fail(call: Call, error: AwsError) {
  const namespace = CORAL.has(error.code) ? "com.amazon.coral.service" : "com.amazonaws.dynamodb.v20120810";
  // The front door writes its member with a capital letter, DynamoDB without.
  const member = error.code === "AccessDeniedException" ? "Message" : "message";
  const body = { __type: `${namespace}#${error.code}`, [member]: error.message, ...error.details };
  send(call, error.status, JSON.stringify(body));
}
