import { redriveStatus } from "../redrive-status.ts";
import { epochSeconds } from "../time.ts";
import { executionOf, type Operation } from "./operation.ts";

/** API reference, "DescribeExecution". Members without a value are absent, as AWS leaves them out. */
export const describeExecution: Operation = (api, input, principal) => {
  const execution = executionOf(api, input, principal, "states:DescribeExecution");
  const redrive = redriveStatus(execution, api.world.clock.now());
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
