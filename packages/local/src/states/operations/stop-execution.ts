import { executionOf, type Operation, optionalText } from "../context.ts";
import { epochSeconds } from "../time.ts";

/** API reference, "StopExecution": an execution that has ended stays as it ended. */
export const stopExecution: Operation = async (service, input, { principal }) => {
  const execution = executionOf(service, input, principal, "states:StopExecution");
  const error = optionalText(input, "error", 256);
  const cause = optionalText(input, "cause", 32_768);
  if (execution.status === "RUNNING") await service.engine.stopExecution(execution, { error, cause });
  return { stopDate: epochSeconds(service.records.find(execution.arn)!.stoppedAt!) };
};
