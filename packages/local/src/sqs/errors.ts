import type { Fault } from "../protocol/json.ts";
import { AwsError } from "../world.ts";

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

/** An error in SQS's JSON shape. */
export function fault({ code, message, status, details }: AwsError): Fault {
  const side = status >= 500 ? "Receiver" : "Sender";
  return {
    body: { __type: `com.amazonaws.sqs#${code}`, message, ...details },
    headers: { "x-amzn-query-error": `${QUERY_CODES[code] ?? code};${side}` },
  };
}
