import type { IncomingMessage, ServerResponse } from "node:http";
import type { Query } from "../gate/query.ts";
import type { Signature } from "../gate/signature.ts";
import type { AwsError, Principal } from "../world.ts";

/** One request to S3 whose signature the gate has checked; the body still streams, so S3 checks that. */
export interface S3Call {
  request: IncomingMessage;
  response: ServerResponse;
  method: string;
  /** As on the wire: `..`, `//` and `%2F` are parts of names. */
  rawPath: string;
  query: Query;
  /** Lower-case names, values read as UTF-8; x-amz- parameters of a presigned URL stand here too. */
  headers: Record<string, string>;
  principal: Principal;
  /** Undefined for an anonymous call. */
  signature?: Signature;
  /**
   * What the signature says of the body: a hex SHA-256, `UNSIGNED-PAYLOAD`, `STREAMING-…`; undefined for an anonymous
   * call.
   */
  payloadHash?: string;
  /** Signs chunks and trailers of a streamed body. */
  signingKey?: Buffer;
  requestId: string;
  hostId: string;
  /** Tells a client that waits for `100 Continue` to send its body. */
  invite(): void;
  /** The signer of an upload form's policy, from its fields (lower-case names). Throws AwsError. */
  authenticateForm(fields: Map<string, string>): Principal;
}

/** S3 behind the gate. */
export interface S3Service {
  /** Before anything is checked: CORS headers belong on refusals too. */
  begin(
    call: Pick<S3Call, "request" | "response" | "headers" | "rawPath" | "method" | "query" | "requestId" | "hostId">,
  ): void;
  handle(call: S3Call): Promise<void>;
  fail(call: Pick<S3Call, "request" | "response" | "requestId" | "hostId" | "rawPath">, error: AwsError): void;
}
