import type { Parameter } from "@dropclip/synth/cloud";
import { AwsError, type Call, type Service, type World } from "../world.ts";
import { getParameter } from "./get-parameter.ts";
import { getParameters } from "./get-parameters.ts";
import { getParametersByPath } from "./get-parameters-by-path.ts";

export interface SsmOptions {
  world: World;
  parameters: Parameter[];
  /** Replaces deployed URLs in values by local ones. */
  localise: (value: string) => string;
}

/** What an operation works with. */
export interface Context extends SsmOptions {
  call: Call;
  input: Input;
  /** When the local cloud made the parameters, in milliseconds. */
  startedAtMs: number;
}

export type Input = Record<string, unknown>;

const OPERATIONS = new Map<string, (context: Context) => unknown>([
  ["GetParameter", getParameter],
  ["GetParameters", getParameters],
  ["GetParametersByPath", getParametersByPath],
]);

/** Parameter Store behind the gate: the graph's parameters, which nobody changes. */
export function createSsm(options: SsmOptions): Service {
  const startedAtMs = options.world.clock.now();
  return {
    name: "ssm",
    async handle(call) {
      const target = String(call.request.headers["x-amz-target"] ?? "");
      const [service, name = ""] = target.split(".");
      const run = service === "AmazonSSM" ? OPERATIONS.get(name) : undefined;
      if (!run)
        throw new AwsError("UnknownOperationException", `SSM's operation ${name || target} does not run locally`);
      send(call, 200, run({ ...options, call, input: inputOf(call), startedAtMs }));
    },
    fail: (call, { code, message, status }) => send(call, status, { __type: code, ...(message && { message }) }),
  };
}

function inputOf({ body }: Call): Input {
  try {
    const input = JSON.parse(body.toString("utf8") || "{}");
    if (typeof input === "object" && input !== null && !Array.isArray(input)) return input;
  } catch {
    // Answered below, like anything else that is no object.
  }
  throw new AwsError("SerializationException", "The request body is not a JSON object");
}

function send({ response, requestId }: Call, status: number, body: unknown) {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": requestId });
  response.end(JSON.stringify(body));
}
