import { executionOf, type Operation } from "../context.ts";
import { epochSeconds } from "../time.ts";

/** API reference, "DescribeStateMachineForExecution": the definition the execution began with. */
export const describeStateMachineForExecution: Operation = (service, input, { principal }) => {
  const execution = executionOf(service, input, principal, "states:DescribeStateMachineForExecution");
  return {
    stateMachineArn: execution.machineArn,
    name: execution.machineName,
    definition: JSON.stringify(service.records.definition(execution.definition)),
    roleArn: execution.roleArn,
    updateDate: epochSeconds(execution.startedAt),
    loggingConfiguration: { level: "OFF", includeExecutionData: false },
    tracingConfiguration: { enabled: false },
  };
};
