import { machineOf, type Operation } from "../context.ts";
import { epochSeconds } from "../time.ts";

/** API reference, "DescribeStateMachine". */
export const describeStateMachine: Operation = (service, input, { principal }) => {
  const machine = machineOf(service, input, principal, "states:DescribeStateMachine");
  return {
    stateMachineArn: machine.arn,
    name: machine.name,
    status: "ACTIVE",
    definition: JSON.stringify(machine.definition),
    roleArn: machine.roleArn,
    type: machine.type,
    creationDate: epochSeconds(service.startedAt),
    loggingConfiguration: {
      level: machine.logLevel ?? "OFF",
      includeExecutionData: machine.includeExecutionData ?? false,
      ...(machine.logDestination && {
        destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: machine.logDestination } }],
      }),
    },
    tracingConfiguration: { enabled: false },
  };
};
