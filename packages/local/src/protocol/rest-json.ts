import type { AwsError, Call } from "../world.ts";
import { type RestInput, type RouteOptions, router } from "./routes.ts";
import type { Operation, Protocol, ServiceTable } from "./service.ts";

/** Text is sent as it is, anything else as JSON. */
export interface RestJsonOutput {
  /** 200 when left out. */
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
}

export type RestJsonOperation<State> = Operation<State, RestInput, RestJsonOutput>;
export type RestJsonService<State> = ServiceTable<State, RestInput, RestJsonOutput>;

export interface RestJsonOptions extends RouteOptions {
  /** For a route of AWS's that is not answered here. */
  unknown(operation: string): AwsError;
  /** Members of an error's body. Its code is a header. */
  fault(error: AwsError): object;
}

/** REST-JSON: method and path name the operation, and its input stands in the path, the query, headers and the body. */
export function restJson({ unknown, fault, ...routes }: RestJsonOptions): Protocol<RestInput, RestJsonOutput> {
  return {
    name: "rest-json",
    request: router(routes),
    unknown,
    answer: send,
    fail(call, error) {
      send(call, { status: error.status, headers: { "x-amzn-errortype": error.code }, body: fault(error) });
    },
  };
}

function send({ response, requestId }: Call, { status = 200, headers = {}, body = "" }: RestJsonOutput) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  response.writeHead(status, {
    "x-amzn-requestid": requestId,
    ...(text && { "content-type": "application/json" }),
    // RFC 9110: no Content-Length with 204.
    ...(status !== 204 && { "content-length": Buffer.byteLength(text) }),
    ...headers,
  });
  response.end(text);
}
