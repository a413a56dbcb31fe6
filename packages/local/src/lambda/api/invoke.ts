import { AwsError, type Call } from "../../world.ts";
import { findFunction, parseFunctionName } from "../names.ts";
import type { Operation } from "./operation.ts";

/** Request limits in bytes (docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). */
const REQUEST_BYTES = 6 * 1024 * 1024;
const EVENT_BYTES = 1024 * 1024;
const LOG_TAIL_BYTES = 4 * 1024;

const TYPES = ["Event", "RequestResponse", "DryRun"];

/** Invoke: waits for the result, queues the event, or only checks. */
export const invoke: Operation = async (context, call, name) => {
  const { world, list } = context;
  const reference = parseFunctionName(world, name, call.url.searchParams.get("Qualifier") ?? undefined);
  world.authorize(call.principal, "lambda:InvokeFunction", reference.arn);
  const type = header(call, "x-amz-invocation-type") ?? "RequestResponse";
  if (!TYPES.includes(type)) throw invalid("invocationType", type, TYPES);
  const logType = header(call, "x-amz-log-type") ?? "None";
  if (!["None", "Tail"].includes(logType)) throw invalid("logType", logType, ["None", "Tail"]);
  const fn = findFunction(list, reference);
  const payload = checkPayload(call.body, type === "Event" ? EVENT_BYTES : REQUEST_BYTES);
  if (type === "DryRun") return respond(call, 204, {});
  if (type === "Event") {
    context.queue.add(fn.name, payload, call.requestId);
    return respond(call, 202, {});
  }
  const clientContext = readClientContext(header(call, "x-amz-client-context"));
  const result = await context.functions.invoke({ fn, payload, requestId: call.requestId, clientContext });
  const tail = Buffer.from(result.log).subarray(-LOG_TAIL_BYTES).toString("base64");
  respond(
    call,
    200,
    {
      "x-amz-executed-version": result.executedVersion,
      ...(result.functionError ? { "x-amz-function-error": result.functionError } : {}),
      ...(logType === "Tail" ? { "x-amz-log-result": tail } : {}),
    },
    result.payload,
  );
};

/** The event as JSON text; an empty body is an empty event. */
export function checkPayload(body: Buffer, limit: number): string {
  if (body.length > limit) {
    const message = `Request must be smaller than ${limit} bytes for the InvokeFunction operation`;
    throw new AwsError("RequestEntityTooLargeException", message, 413);
  }
  if (body.length === 0) return "{}";
  const text = body.toString();
  try {
    JSON.parse(text);
  } catch (error) {
    const message = `Could not parse request body into json: ${(error as Error).message}`;
    throw new AwsError("InvalidRequestContentException", message, 400);
  }
  return text;
}

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

function respond({ response, requestId }: Call, status: number, headers: Record<string, string>, body = "") {
  const type = body ? { "content-type": "application/json" } : {};
  const length = status === 204 ? {} : { "content-length": Buffer.byteLength(body) };
  response.writeHead(status, { "x-amzn-requestid": requestId, ...type, ...length, ...headers });
  response.end(body);
}

function header(call: Call, name: string): string | undefined {
  const value = call.request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function invalid(member: string, value: string, allowed: string[]): AwsError {
  const problem = `Value '${value}' at '${member}' failed to satisfy constraint: Member must satisfy enum value set: [${allowed.join(", ")}]`;
  return new AwsError("ValidationException", `1 validation error detected: ${problem}`, 400);
}
