import { AwsError, type Call } from "../../world.ts";
import { type Operation, referenceOf } from "../context.ts";
import { findFunction } from "../names.ts";
import { checkPayload, EVENT_BYTES, REQUEST_BYTES } from "../payload.ts";

const LOG_TAIL_BYTES = 4 * 1024;

const TYPES = ["Event", "RequestResponse", "DryRun"];

/** Waits for the result, queues the event, or only checks. */
export const invoke: Operation = async ({ world, list, queue, functions }, input, call) => {
  const reference = referenceOf(world, input);
  world.authorize(call.principal, "lambda:InvokeFunction", reference.arn);
  const type = header(call, "x-amz-invocation-type") ?? "RequestResponse";
  if (!TYPES.includes(type)) throw invalid("invocationType", type, TYPES);
  const logType = header(call, "x-amz-log-type") ?? "None";
  if (!["None", "Tail"].includes(logType)) throw invalid("logType", logType, ["None", "Tail"]);
  const fn = findFunction(list, reference);
  const payload = checkPayload(input.body, type === "Event" ? EVENT_BYTES : REQUEST_BYTES);
  if (type === "DryRun") return { status: 204 };
  if (type === "Event") {
    queue.add(fn.name, payload, call.requestId);
    return { status: 202 };
  }
  const clientContext = readClientContext(header(call, "x-amz-client-context"));
  const result = await functions.invoke({ fn, payload, requestId: call.requestId, clientContext });
  const tail = Buffer.from(result.log).subarray(-LOG_TAIL_BYTES).toString("base64");
  return {
    headers: {
      "x-amz-executed-version": result.executedVersion,
      ...(result.functionError && { "x-amz-function-error": result.functionError }),
      ...(logType === "Tail" && { "x-amz-log-result": tail }),
    },
    body: result.payload,
  };
};

function readClientContext(encoded: string | undefined): string | undefined {
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString();
  try {
    JSON.parse(text);
    return text;
  } catch {
    throw new AwsError(
      "InvalidRequestContentException",
      "Client context must be a valid Base64-encoded JSON object.",
      400,
    );
  }
}

function header(call: Call, name: string): string | undefined {
  const value = call.request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function invalid(member: string, value: string, allowed: string[]): AwsError {
  const problem = `Value '${value}' at '${member}' failed to satisfy constraint: Member must satisfy enum value set: [${allowed.join(", ")}]`;
  return new AwsError("ValidationException", `1 validation error detected: ${problem}`, 400);
}
