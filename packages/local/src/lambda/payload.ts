import { AwsError } from "../world.ts";

/** Limits in bytes (docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). */
export const REQUEST_BYTES = 6 * 1024 * 1024;
export const EVENT_BYTES = 1024 * 1024;

/** The event as JSON text; an empty body is an empty event. */
export function checkPayload(body: Buffer, limit: number): string {
  if (body.length > limit) {
    const message = `Request must be smaller than ${limit} bytes for the InvokeFunction operation`;
    throw new AwsError("RequestEntityTooLargeException", message, 413);
  }
  if (body.length === 0) return "{}";
  const text = body.toString();
  try {
    JSON.parse(text);
  } catch (error) {
    const message = `Could not parse request body into json: ${(error as Error).message}`;
    throw new AwsError("InvalidRequestContentException", message, 400);
  }
  return text;
}
