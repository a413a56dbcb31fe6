import type { AwsError } from "../world.ts";
import type { Xml } from "./xml.ts";

/** Content of an `ErrorResponse`, as all XML protocols but S3's have it. */
export function errorDocument({ status, code, message }: AwsError, requestId?: string): Xml {
  const type = status >= 500 ? "Receiver" : "Sender";
  return { Error: { Type: type, Code: code, Message: message }, RequestId: requestId };
}
