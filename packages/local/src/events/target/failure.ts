import { AwsError } from "../../world.ts";

/** Why a delivery failed, in the codes of eb-rule-dlq.html, and whether trying again can help. */
export interface Failure {
  code: string;
  message: string;
  retriable: boolean;
}

const NO_RESOURCE = new Set(["ResourceNotFoundException", "StateMachineDoesNotExist", "QueueDoesNotExist"]);
const INVALID_JSON = new Set(["InvalidRequestContentException", "InvalidExecutionInput"]);

/** Only throttling and the target's own failures are retried: "EventBridge doesn't retry other 4xx". */
export function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof AwsError)) return { code: "INTERNAL_ERROR", message, retriable: true };
  if (error.status === 403 || error.code.startsWith("AccessDenied"))
    return { code: "NO_PERMISSIONS", message, retriable: false };
  if (NO_RESOURCE.has(error.code)) return { code: "NO_RESOURCE", message, retriable: false };
  if (INVALID_JSON.has(error.code)) return { code: "INVALID_JSON", message, retriable: false };
  if (error.status === 429 || error.code.startsWith("Throttling"))
    return { code: "THROTTLING", message, retriable: true };
  if (error.status >= 500) return { code: "ERROR_FROM_TARGET", message, retriable: true };
  return { code: "INVALID_PARAMETER", message, retriable: false };
}
