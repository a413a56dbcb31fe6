import { epochSeconds } from "../time.ts";
import { executionOf, machineOf, type Operation } from "./operation.ts";
import { afterOf, pageSize, tokenOf } from "./page.ts";

/** API reference, "DescribeStateMachine". */
export const describeStateMachine: Operation = (api, input, principal) => {
  const machine = machineOf(api, input, principal, "states:DescribeStateMachine");
  return {
    stateMachineArn: machine.arn,
    name: machine.name,
    status: "ACTIVE",
    definition: JSON.stringify(machine.definition),
    roleArn: machine.roleArn,
    type: machine.type,
    creationDate: epochSeconds(api.startedAt),
    loggingConfiguration: { level: "OFF", includeExecutionData: false },
    tracingConfiguration: { enabled: false },
  };
};

/** API reference, "DescribeStateMachineForExecution": the definition the execution began with. */
export const describeStateMachineForExecution: Operation = (api, input, principal) => {
  const execution = executionOf(api, input, principal, "states:DescribeStateMachineForExecution");
  return {
    stateMachineArn: execution.machineArn,
    name: execution.machineName,
    definition: JSON.stringify(api.records.definition(execution.definition)),
    roleArn: execution.roleArn,
    updateDate: epochSeconds(execution.startedAt),
    loggingConfiguration: { level: "OFF", includeExecutionData: false },
    tracingConfiguration: { enabled: false },
  };
};

/** API reference, "ListStateMachines". */
export const listStateMachines: Operation = (api, input, principal) => {
  api.world.authorize(principal, "states:ListStateMachines", "*");
  const limit = pageSize(input, 100);
  const from = afterOf(input, "machines") ?? 0;
  const machines = [...api.machines.values()];
  return {
    stateMachines: machines.slice(from, from + limit).map(({ arn, name, type }) => ({
      stateMachineArn: arn,
      name,
      type,
      creationDate: epochSeconds(api.startedAt),
    })),
    ...(machines.length > from + limit && { nextToken: tokenOf("machines", from + limit) }),
  };
};
