import { AwsError, type Call } from "../world.ts";
import { Parameters } from "./parameters.ts";
import type { Operation, Protocol, ServiceTable } from "./service.ts";
import { writeXml, type Xml } from "./xml.ts";
import { errorDocument } from "./xml-error.ts";

export type QueryOperation<State> = Operation<State, Parameters, Xml>;
export type QueryService<State> = ServiceTable<State, Parameters, Xml>;

export interface QueryOptions {
  /** Version of the API. */
  version: string;
  namespace: string;
  unknown(operation: string): AwsError;
}

/** AWS query: the operation and its input are parameters of a form or of the URL, the output is XML. */
export function query({ version, namespace, unknown }: QueryOptions): Protocol<Parameters, Xml> {
  const send = ({ response, requestId }: Call, status: number, root: string, content: Xml) => {
    response.writeHead(status, { "content-type": "text/xml", "x-amzn-requestid": requestId });
    response.end(`${writeXml(root, content, { namespace })}\n`);
  };
  return {
    name: "query",
    request(call) {
      const parameters = new Parameters(call);
      const operation = parameters.text("Action");
      if (!operation) throw new AwsError("MissingAction", "The request is missing an action.");
      const asked = parameters.text("Version") ?? "NO_VERSION_SPECIFIED";
      if (asked !== version) {
        throw new AwsError("InvalidAction", `Could not find operation ${operation} for version ${asked}`);
      }
      return { operation, input: () => parameters };
    },
    unknown,
    answer(call, output, operation) {
      const content = { [`${operation}Result`]: output, ResponseMetadata: { RequestId: call.requestId } };
      send(call, 200, `${operation}Response`, content);
    },
    fail: (call, error) => send(call, error.status, "ErrorResponse", errorDocument(error, call.requestId)),
  };
}
