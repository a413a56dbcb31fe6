import type { AwsError, Call } from "../world.ts";
import { type RestInput, type RouteOptions, router } from "./routes.ts";
import type { Operation, Protocol, ServiceTable } from "./service.ts";
import { writeXml, type Xml } from "./xml.ts";
import { errorDocument } from "./xml-error.ts";

/** The root element with its content, and headers besides. */
export interface RestXmlOutput {
  status: number;
  root: string;
  content: Xml;
  headers?: Record<string, string>;
}

export type RestXmlOperation<State> = Operation<State, RestInput, RestXmlOutput>;
export type RestXmlService<State> = ServiceTable<State, RestInput, RestXmlOutput>;

export interface RestXmlOptions extends RouteOptions {
  namespace: string;
  /** For a route of AWS's that is not answered here. */
  unknown(operation: string): AwsError;
}

/** REST-XML as CloudFront speaks it; S3, whose bodies stream, has its own. */
export function restXml({ namespace, unknown, ...routes }: RestXmlOptions): Protocol<RestInput, RestXmlOutput> {
  const send = ({ response, requestId }: Call, { status, root, content, headers = {} }: RestXmlOutput) => {
    response.writeHead(status, { "content-type": "text/xml", "x-amzn-requestid": requestId, ...headers });
    response.end(writeXml(root, content, { namespace, declaration: '<?xml version="1.0"?>\n' }));
  };
  return {
    name: "rest-xml",
    request: router(routes),
    unknown,
    answer: send,
    fail(call, error) {
      send(call, { status: error.status, root: "ErrorResponse", content: errorDocument(error, call.requestId) });
    },
  };
}
