import { type JsonService, json } from "../protocol/json.ts";
import { serve } from "../protocol/service.ts";
import { AwsError, type Service } from "../world.ts";
import { getParameter } from "./operations/get-parameter.ts";
import { getParameters } from "./operations/get-parameters.ts";
import { getParametersByPath } from "./operations/get-parameters-by-path.ts";
import { putParameter } from "./operations/put-parameter.ts";
import type { SsmState } from "./parameters.ts";
import { Secrets } from "./secrets.ts";

const SSM: JsonService<SsmState> = {
  name: "ssm",
  protocol: json({
    version: "1.1",
    target: "AmazonSSM",
    unknown: (name) => new AwsError("UnknownOperationException", `SSM's operation ${name} does not run locally`),
    // Some of SSM's errors say no more than their code.
    fault: ({ code, message }) => ({ body: { __type: code, ...(message && { message }) } }),
  }),
  operations: {
    GetParameter: getParameter,
    GetParameters: getParameters,
    GetParametersByPath: getParametersByPath,
    PutParameter: putParameter,
  },
};

/** Parameter Store behind the gate: the graph's parameters, which are read-only, and secrets that an operator makes. */
export function createSsm(options: Omit<SsmState, "startedAtMs" | "secrets">): Service {
  const { store, clock } = options.world;
  return serve(SSM, { ...options, secrets: new Secrets(store), startedAtMs: clock.now() });
}
