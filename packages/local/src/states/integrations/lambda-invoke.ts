import { StateError } from "../errors.ts";
import { type Integration, isObject } from "./integration.ts";
import { type Invocations, parsePayload } from "./invoke.ts";
import { sdkMetadata } from "./metadata.ts";

const FIELDS = new Set(["FunctionName", "Payload", "InvocationType", "Qualifier", "LogType", "ClientContext"]);

/** `arn:aws:states:::lambda:invoke` (developer guide, "Invoke an AWS Lambda function with Step Functions"). */
export function lambdaInvoke(invocations: Invocations): Integration {
  return {
    describe: () => ({ events: "Task", resourceType: "lambda", resource: "invoke" }),

    refusal(_resource, fields) {
      const unknown = Object.keys(fields).find((name) => !FIELDS.has(name.replace(/\.\$$/, "")));
      if (unknown) return `lambda:invoke has no argument ${unknown}`;
      const { InvocationType: type, Qualifier: qualifier, ClientContext: context } = fields;
      if (type !== undefined && type !== "RequestResponse") return `InvocationType ${type} is not supported`;
      if (qualifier !== undefined && qualifier !== "$LATEST") return `Qualifier ${qualifier} is not supported`;
      return context === undefined ? undefined : "ClientContext is not supported";
    },

    async call({ arguments: args, principal, signal }) {
      if (!isObject(args) || typeof args.FunctionName !== "string") {
        throw new StateError("States.Runtime", "The field 'FunctionName' is required but was missing");
      }
      const { executedVersion, payload, requestId, statusCode } = await invocations.invoke(
        args.FunctionName,
        payloadText(args.Payload),
        principal,
        signal,
      );
      return {
        ExecutedVersion: executedVersion,
        Payload: parsePayload(payload),
        ...sdkMetadata(requestId, statusCode, {
          "X-Amz-Executed-Version": executedVersion,
          "Content-Length": String(Buffer.byteLength(payload)),
          "Content-Type": "application/json",
        }),
        StatusCode: statusCode,
      };
    },
  };
}

/** Null and none reach the function as `{}`; a text is taken for the JSON itself (both recorded on AWS). */
function payloadText(payload: unknown): string {
  if (payload === undefined || payload === null) return "{}";
  if (typeof payload !== "string") return JSON.stringify(payload);
  try {
    JSON.parse(payload);
    return payload;
  } catch {
    const text = `Could not parse request body into json: ${payload.slice(0, 100)}`;
    throw new StateError("Lambda.InvalidRequestContentException", text);
  }
}
