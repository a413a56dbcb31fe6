import { AwsError, type Call } from "../../world.ts";
import { isObject } from "../integrations/integration.ts";
import type { Json } from "../types.ts";
import { describeExecution } from "./describe-execution.ts";
import { getExecutionHistory } from "./get-execution-history.ts";
import { listExecutions } from "./list-executions.ts";
import type { Api, Operation } from "./operation.ts";
import { redriveExecution } from "./redrive-execution.ts";
import { startExecution } from "./start-execution.ts";
import { describeStateMachine, describeStateMachineForExecution, listStateMachines } from "./state-machines.ts";
import { stopExecution } from "./stop-execution.ts";

const OPERATIONS: Record<string, Operation> = {
  StartExecution: startExecution,
  DescribeExecution: describeExecution,
  GetExecutionHistory: getExecutionHistory,
  ListExecutions: listExecutions,
  StopExecution: stopExecution,
  RedriveExecution: redriveExecution,
  DescribeStateMachine: describeStateMachine,
  DescribeStateMachineForExecution: describeStateMachineForExecution,
  ListStateMachines: listStateMachines,
};

const CONTENT_TYPE = "application/x-amz-json-1.0";

/** Answers one call of the JSON 1.0 protocol. */
export async function dispatch(api: Api, call: Call): Promise<void> {
  const target = String(call.request.headers["x-amz-target"] ?? "");
  const [service, name = ""] = target.split(".");
  const operation = service === "AWSStepFunctions" && Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
  if (!operation) throw new AwsError("UnknownOperationException", `Operation ${name || target} is not supported`);
  answer(call, 200, await operation(api, inputOf(call), call.principal));
}

/** Answers an error in the protocol's shape. */
export function fail(call: Call, { code, message, status }: AwsError): void {
  const type = code === "AccessDenied" ? "AccessDeniedException" : code;
  // Step Functions answers its own errors with 400, also the refusals of IAM.
  answer(call, status >= 500 ? status : 400, { __type: type, message });
}

function inputOf({ body }: Call): Record<string, Json> {
  let input: unknown;
  try {
    input = JSON.parse(body.toString("utf8") || "{}");
  } catch {
    throw new AwsError("SerializationException", "The body is not JSON");
  }
  if (!isObject(input)) throw new AwsError("SerializationException", "The body is not a JSON object");
  return input;
}

function answer({ response, requestId }: Call, status: number, body: unknown) {
  response.writeHead(status, { "content-type": CONTENT_TYPE, "x-amzn-requestid": requestId });
  response.end(JSON.stringify(body));
}
