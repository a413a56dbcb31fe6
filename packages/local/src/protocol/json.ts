import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { crc32 } from "node:zlib";
import { AwsError, type Call } from "../world.ts";
import type { Operation, Protocol, ServiceTable } from "./service.ts";

/** A JSON object as sent; each operation checks what it reads of it. */
export type Input = Record<string, any>;

export type JsonOperation<State> = Operation<State, Input, unknown>;
export type JsonService<State> = ServiceTable<State, Input, unknown>;

/** An output that is JSON text already; answered as it is. */
export class JsonText {
  readonly status: number;
  readonly body: string | Readable;
  readonly headers: Record<string, string>;
  constructor(status: number, body: string | Readable, headers: Record<string, string> = {}) {
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** An error as a service writes it. */
export interface Fault {
  /** The error's own when left out. */
  status?: number;
  body: object;
  headers?: Record<string, string>;
}

export interface JsonOptions {
  version: "1.0" | "1.1";
  /** What stands before the operation's name in `X-Amz-Target`: `AmazonSSM` of `AmazonSSM.GetParameter`. */
  target: string;
  unknown(operation: string): AwsError;
  /** Where the service's errors differ from `{ __type, message }` with the error's details. */
  fault?(error: AwsError): Fault;
  /** Sends `x-amz-crc32`, which the aws CLI verifies for DynamoDB. */
  checksum?: boolean;
  /** Whether a call without a body is one with an empty object; so unless said otherwise. */
  emptyBody?: boolean;
}

/** AWS JSON 1.0 and 1.1: the operation stands in `X-Amz-Target`, input and output are JSON objects. */
export function json({ version, target, unknown, fault = plainFault, checksum, emptyBody = true }: JsonOptions) {
  const prefix = `${target}.`;
  const head = ({ requestId }: Call, headers: Record<string, string | number>) => ({
    "content-type": `application/x-amz-json-${version}`,
    "x-amzn-requestid": requestId,
    ...headers,
  });
  const send = (call: Call, status: number, text: string, headers: Record<string, string> = {}) => {
    const sum = checksum && { "x-amz-crc32": String(crc32(text)) };
    call.response.writeHead(status, head(call, { "content-length": Buffer.byteLength(text), ...sum, ...headers }));
    call.response.end(text);
  };
  const protocol: Protocol<Input, unknown> = {
    name: "json",
    request({ request, body }) {
      const named = String(request.headers["x-amz-target"] ?? "");
      if (!named.startsWith(prefix)) throw unknown(named);
      const input = () => parse(emptyBody && body.length === 0 ? "{}" : body.toString("utf8"));
      return { operation: named.slice(prefix.length), input };
    },
    unknown,
    async answer(call, output) {
      if (!(output instanceof JsonText)) return send(call, 200, JSON.stringify(output));
      const { status, body, headers } = output;
      if (typeof body === "string") return send(call, status, body, headers);
      call.response.writeHead(status, head(call, headers));
      await pipeline(body, call.response).catch(() => undefined); // the client has gone
    },
    fail(call, error) {
      const { status = error.status, body, headers } = fault(error);
      send(call, status, JSON.stringify(body), headers);
    },
  };
  return protocol;
}

function plainFault({ code, message, details }: AwsError): Fault {
  return { body: { __type: code, message, ...details } };
}

function parse(text: string): Input {
  try {
    const input = JSON.parse(text);
    if (typeof input === "object" && input !== null && !Array.isArray(input)) return input;
  } catch {
    // Answered below, like anything else that is no object.
  }
  throw new AwsError("SerializationException", "The request body is not a JSON object", 400);
}
