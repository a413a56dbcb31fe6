import { AwsError, type Call } from "../world.ts";

export type Input = Record<string, any>;

/** The request's JSON object. SerializationException when it is none. */
export function parse(body: Buffer): Input {
  try {
    const input = JSON.parse(body.toString() || "{}");
    if (typeof input === "object" && input !== null && !Array.isArray(input)) return input;
  } catch {
    // Answered below, like anything else that is no object.
  }
  throw new AwsError("SerializationException", "The request body is not a JSON object", 400);
}

export function send({ response, requestId }: Call, status: number, body: unknown) {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/x-amz-json-1.1",
    "content-length": Buffer.byteLength(text),
    "x-amzn-requestid": requestId,
  });
  response.end(text);
}

/** An error in EventBridge's JSON shape. */
export function fail(call: Call, error: AwsError) {
  send(call, error.status, { __type: error.code, message: error.message, ...error.details });
}
