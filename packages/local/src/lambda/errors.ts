import type { AwsError, Call } from "../world.ts";

/** Members whose name Lambda's model writes with a capital letter. */
const CAPITAL = new Set(["ResourceNotFoundException", "ServiceException"]);

/** An error in the REST-JSON shape: the code in a header, the message in the body. */
export function fail({ response, requestId }: Call, error: AwsError) {
  const type = error.status >= 500 ? "Service" : "User";
  const member = CAPITAL.has(error.code) ? "Message" : "message";
  const body = JSON.stringify({ Type: type, ...error.details, [member]: error.message });
  response.writeHead(error.status, {
    "content-type": "application/json",
    "x-amzn-requestid": requestId,
    "x-amzn-errortype": error.code,
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}
