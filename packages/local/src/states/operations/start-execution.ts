import { machineOf, type Operation, optionalText } from "../context.ts";
import { start } from "../start.ts";
import { epochSeconds } from "../time.ts";

/** API reference, "StartExecution". */
export const startExecution: Operation = (service, input, { principal }) => {
  const machine = machineOf(service, input, principal, "states:StartExecution");
  const name = optionalText(input, "name", Number.POSITIVE_INFINITY) ?? service.world.uuid();
  const text = optionalText(input, "input", Number.POSITIVE_INFINITY) ?? "{}";
  const execution = start(service, machine, text, name);
  return { executionArn: execution.arn, startDate: epochSeconds(execution.startedAt) };
};
