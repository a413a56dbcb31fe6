import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
} from "@aws-sdk/client-dynamodb";
import { Entity } from "electrodb";
import { Sha256 } from "./sha256.ts";

// ElectroDB holds every model against a JSON schema as it is made: a sixth of a function's cold start, for models that
// never change. A test makes them all with the check on (test/models.test.ts).
(Entity.prototype as unknown as { _validateModel: () => void })._validateModel = () => {};

/** One client for every entity. Its region, credentials and endpoint come the AWS SDK's usual way. */
export const client = new DynamoDBClient({ maxAttempts: 5, sha256: Sha256 });

/** Whether a single write failed because its condition did not hold. */
export function conditionFailed(error: unknown): boolean {
  return cause(error) instanceof ConditionalCheckFailedException;
}

/** Per action of a cancelled transaction, in order: DynamoDB's reason code (`None`, `ConditionalCheckFailed`, `TransactionConflict` …); undefined for any other error. */
export function cancellation(error: unknown): string[] | undefined {
  const found = cause(error);
  if (!(found instanceof TransactionCanceledException)) return undefined;
  return (found.CancellationReasons ?? []).map((reason) => reason.Code ?? "None");
}

/** ElectroDB wraps the SDK's error as its cause. */
function cause(error: unknown): unknown {
  return error instanceof Error && error.name === "ElectroError" && error.cause ? error.cause : error;
}
