import type { Input } from "../protocol/json.ts";
import { AwsError } from "../world.ts";
import { invalidParameter, missingParameter } from "./errors.ts";
import { type MessageAttributes, md5, md5OfAttributes } from "./md5.ts";

/** A message's body and attributes together (SQSDeveloperGuide, quotas-messages). */
export const MESSAGE_BYTES = 1024 * 1024;
const DELAY_SECONDS = 900;
const ATTRIBUTES = 10;
/** Characters XML 1.0 allows; SQS refuses every other. */
const REFUSED = /[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

export interface NewMessage {
  body: string;
  attributes: MessageAttributes;
  delaySeconds: number;
  bytes: number;
}

/** What a request or an entry of a batch asks to send. */
export function readMessage(input: Input): NewMessage {
  const { MessageBody: body, MessageAttributes: attributes = {}, DelaySeconds: delaySeconds = 0 } = input;
  if (typeof body !== "string" || body === "") throw missingParameter("MessageBody");
  if (REFUSED.test(body)) {
    const message = "The message contains characters outside the allowed set.";
    throw new AwsError("InvalidMessageContents", message, 400);
  }
  if (!Number.isInteger(delaySeconds) || delaySeconds < 0 || delaySeconds > DELAY_SECONDS) {
    throw invalidParameter("DelaySeconds", delaySeconds, `DelaySeconds must be >= 0 and <= ${DELAY_SECONDS}.`);
  }
  const bytes = Buffer.byteLength(body) + checkAttributes(attributes);
  if (bytes > MESSAGE_BYTES) {
    const reason = `One or more parameters are invalid. Reason: Message must be shorter than ${MESSAGE_BYTES} bytes.`;
    throw new AwsError("InvalidParameterValue", reason, 400);
  }
  return { body, attributes, delaySeconds, bytes };
}

export function digests({ body, attributes }: NewMessage) {
  const attributesDigest = md5OfAttributes(attributes);
  return {
    MD5OfMessageBody: md5(body),
    ...(attributesDigest ? { MD5OfMessageAttributes: attributesDigest } : {}),
  };
}

/** Refuses attributes SQS would refuse; their size in bytes. */
function checkAttributes(attributes: unknown): number {
  if (typeof attributes !== "object" || attributes === null || Array.isArray(attributes)) {
    throw invalidParameter("MessageAttributes", attributes, "Must be a map.");
  }
  const entries = Object.entries(attributes as Record<string, any>);
  if (entries.length > ATTRIBUTES) {
    const message = `Number of message attributes [${entries.length}] exceeds the allowed maximum [${ATTRIBUTES}].`;
    throw new AwsError("InvalidParameterValue", message, 400);
  }
  let bytes = 0;
  for (const [name, value] of entries) {
    const type = value?.DataType;
    const content = /^(String|Number)(\..+)?$/.test(type)
      ? value.StringValue
      : /^Binary(\..+)?$/.test(type)
        ? value.BinaryValue
        : undefined;
    if (!/^[\w.-]{1,256}$/.test(name) || typeof content !== "string" || content === "") {
      const message = `The message attribute '${name}' must have a name, a type and a non-empty value of that type.`;
      throw new AwsError("InvalidParameterValue", message, 400);
    }
    bytes += Buffer.byteLength(name) + Buffer.byteLength(type) + Buffer.byteLength(content);
  }
  return bytes;
}
