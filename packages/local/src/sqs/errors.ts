import { AwsError, type Call } from "../world.ts";

/** Codes of the query protocol, which SQS still names in a header for clients that match on them. */
const QUERY_CODES: Record<string, string> = {
  QueueDoesNotExist: "AWS.SimpleQueueService.NonExistentQueue",
  EmptyBatchRequest: "AWS.SimpleQueueService.EmptyBatchRequest",
  TooManyEntriesInBatchRequest: "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
  BatchEntryIdsNotDistinct: "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
  BatchRequestTooLong: "AWS.SimpleQueueService.BatchRequestTooLong",
  InvalidBatchEntryId: "AWS.SimpleQueueService.InvalidBatchEntryId",
  MessageNotInflight: "AWS.SimpleQueueService.MessageNotInflight",
  UnsupportedOperation: "AWS.SimpleQueueService.UnsupportedOperation",
};

/** A parameter outside its range. */
export function invalidParameter(name: string, value: unknown, reason: string): AwsError {
  const message = `Value ${String(value)} for parameter ${name} is invalid. Reason: ${reason}`;
  return new AwsError("InvalidParameterValue", message, 400);
}

export function missingParameter(name: string): AwsError {
  return new AwsError("MissingParameter", `The request must contain the parameter ${name}.`, 400);
}

export function send(
  { response, requestId }: Call,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
) {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/x-amz-json-1.0",
    "content-length": Buffer.byteLength(text),
    "x-amzn-requestid": requestId,
    ...headers,
  });
  response.end(text);
}

/** An error in SQS's JSON shape. */
export function fail(call: Call, error: AwsError) {
  const fault = error.status >= 500 ? "Receiver" : "Sender";
  const body = { __type: `com.amazonaws.sqs#${error.code}`, message: error.message, ...error.details };
  send(call, error.status, body, { "x-amzn-query-error": `${QUERY_CODES[error.code] ?? error.code};${fault}` });
}
