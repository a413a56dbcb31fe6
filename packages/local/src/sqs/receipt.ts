import { AwsError } from "../world.ts";

const SEPARATOR = "/";

/** A receipt handle names its message and is new with every receive. */
export function receiptHandle(messageId: string, nonce: string): string {
  return Buffer.from(`${messageId}${SEPARATOR}${nonce}`).toString("base64");
}

/** The message a receipt handle names. ReceiptHandleIsInvalid when it is none of ours. */
export function messageOf(handle: unknown): string {
  const [id, nonce] = typeof handle === "string" ? Buffer.from(handle, "base64").toString().split(SEPARATOR) : [];
  if (id && nonce) return id;
  throw new AwsError(
    "ReceiptHandleIsInvalid",
    `The input receipt handle "${String(handle)}" is not a valid receipt handle.`,
    404,
  );
}
