import { executionOf, type Operation } from "../context.ts";
import { redriveStatus } from "../redrive-status.ts";
import { epochSeconds } from "../time.ts";

/** API reference, "DescribeExecution". Members without a value are absent, as AWS leaves them out. */
export const describeExecution: Operation = (service, input, { principal }) => {
  const execution = executionOf(service, input, principal, "states:DescribeExecution");
  const redrive = redriveStatus(execution, service.world.clock.now());
  return {
    executionArn: execution.arn,
    stateMachineArn: execution.machineArn,
    name: execution.name,
    status: execution.status,
    startDate: epochSeconds(execution.startedAt),
    ...(execution.stoppedAt !== null && { stopDate: epochSeconds(execution.stoppedAt) }),
    input: execution.input,
    inputDetails: { included: true },
    ...(execution.output !== null && { output: execution.output, outputDetails: { included: true } }),
    ...(execution.error !== null && { error: execution.error }),
    ...(execution.cause !== null && { cause: execution.cause }),
    redriveCount: execution.redriveCount,
    ...(execution.redrivenAt !== null && { redriveDate: epochSeconds(execution.redrivenAt) }),
    redriveStatus: redrive.status,
    ...(redrive.reason !== undefined && { redriveStatusReason: redrive.reason }),
  };
};
