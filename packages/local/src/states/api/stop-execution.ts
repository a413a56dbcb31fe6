import { epochSeconds } from "../time.ts";
import { executionOf, type Operation, optionalText } from "./operation.ts";

/** API reference, "StopExecution": an execution that has ended stays as it ended. */
export const stopExecution: Operation = async (api, input, principal) => {
  const execution = executionOf(api, input, principal, "states:StopExecution");
  const error = optionalText(input, "error", 256);
  const cause = optionalText(input, "cause", 32_768);
  if (execution.status === "RUNNING") await api.engine.stopExecution(execution, { error, cause });
  return { stopDate: epochSeconds(api.records.find(execution.arn)!.stoppedAt!) };
};
