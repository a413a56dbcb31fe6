import { randomUUID } from "node:crypto";
import type { FunctionInvoker, InvokeResult } from "../../ports.ts";
import { AwsError, type Principal, type World } from "../../world.ts";
import { StateError } from "../errors.ts";
import type { Json } from "../types.ts";

/** What both Lambda integrations do: ask IAM, invoke, name the error as Step Functions names it. */
export class Invocations {
  readonly #world: World;
  readonly #lambda: FunctionInvoker;

  constructor(world: World, lambda: FunctionInvoker) {
    this.#world = world;
    this.#lambda = lambda;
  }

  /** `name` is a function's name, ARN or `{account}:function:{name}`, with or without `:$LATEST`. */
  arnOf(name: string): string {
    const plain = name.replace(/:\$LATEST$/, "");
    if (plain.startsWith("arn:")) return plain;
    return `arn:aws:lambda:${this.#world.region}:${this.#world.account}:function:${plain.split(":").at(-1)}`;
  }

  /** The signal ends the waiting, not the function: that runs on, as it does on AWS. */
  async invoke(name: string, payload: string, principal: Principal, signal: AbortSignal): Promise<InvokeResult> {
    const arn = this.arnOf(name);
    let result: InvokeResult;
    try {
      this.#world.authorize(principal, "lambda:InvokeFunction", arn);
      result = await this.#lambda.invoke(arn, payload, { signal });
    } catch (error) {
      if (error instanceof AwsError) throw lambdaError(error, arn);
      throw error;
    }
    if (result.functionError !== undefined) throw functionError(result.payload);
    return result;
  }
}

/** The function's own error: its type, and the payload as cause (recorded on AWS). */
function functionError(payload: string): StateError {
  const type = (JSON.parse(payload) as { errorType?: string } | null)?.errorType;
  return new StateError(type ?? "Lambda.Unknown", payload);
}

/** Exceptions of Lambda's API that AWS's Java SDK has a class for; others are `AWSLambdaException`. */
const MODELLED = new Set([
  "EC2ThrottledException",
  "InvalidParameterValueException",
  "InvalidRequestContentException",
  "InvalidRuntimeException",
  "RequestTooLargeException",
  "ResourceConflictException",
  "ResourceNotFoundException",
  "ResourceNotReadyException",
  "ServiceException",
  "TooManyRequestsException",
  "UnsupportedMediaTypeException",
]);

function lambdaError({ code, message, status }: AwsError, arn: string): StateError {
  const text = code === "ResourceNotFoundException" ? `Function not found: ${arn}:$LATEST` : message;
  const name = code === "AccessDenied" ? "AccessDeniedException" : code;
  const tail = `Service: AWSLambda; Status Code: ${statusOf(name, status)}; Error Code: ${name}; Request ID: ${randomUUID()}; Proxy: null`;
  return new StateError(`Lambda.${MODELLED.has(name) ? name : "AWSLambdaException"}`, `${text} (${tail})`);
}

function statusOf(name: string, status: number): number {
  if (name === "ResourceNotFoundException") return 404;
  return name === "AccessDeniedException" ? 403 : status;
}

/** A payload as value; a function that returns nothing sends an empty text. */
export function parsePayload(payload: string): Json {
  return payload === "" ? null : JSON.parse(payload);
}
