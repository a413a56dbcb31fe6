import type { Integration } from "./integration.ts";
import { type Invocations, parsePayload } from "./invoke.ts";

/** A function's ARN as `Resource`: its event is the task's input, its result the task's. */
export function lambdaFunction(invocations: Invocations): Integration {
  return {
    describe: (resource) => ({ events: "LambdaFunction", resource }),

    async call({ resource, arguments: args, principal, signal }) {
      const { payload } = await invocations.invoke(resource, JSON.stringify(args), principal, signal);
      return parsePayload(payload);
    },
  };
}
