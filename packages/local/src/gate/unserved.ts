import { writeXml } from "../protocol/xml.ts";
import { errorDocument } from "../protocol/xml-error.ts";
import type { AwsError, Call, Service } from "../world.ts";

/**
 * Calls that belong to no service here: unsigned ones, since only the signature names the service at the one endpoint,
 * and those for a service that does not run locally. No service declares their protocol, so it is read off the request.
 */

/** Whether an unsigned request is plainly not for S3, the one service that answers those. */
export function isUnserved(rawPath: string, headers: Record<string, string>): boolean {
  return "x-amz-target" in headers || /^\/20\d\d-\d\d-\d\d\//.test(rawPath);
}

export function seemingProtocol(headers: Record<string, string>): Service["protocol"] {
  return "x-amz-target" in headers ? "json" : "rest-json";
}

/** Answers in the shape of the protocol that the request seems to speak. */
export function failUnserved({ request, response }: Pick<Call, "request" | "response">, error: AwsError) {
  const { code, message, status } = error;
  if (request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) {
    response.writeHead(status, { "content-type": "text/xml" });
    return void response.end(writeXml("ErrorResponse", errorDocument(error)));
  }
  response.writeHead(status, { "content-type": "application/x-amz-json-1.0", "x-amzn-errortype": code });
  response.end(JSON.stringify({ __type: code, message }));
}
