import { machineOf, type Operation, validation } from "../context.ts";
import { afterOf, pageSize, tokenOf } from "../page.ts";
import { epochSeconds } from "../time.ts";
import type { Status } from "../types.ts";

const STATUSES = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"];

/** API reference, "ListExecutions": newest first. */
export const listExecutions: Operation = (service, input, { principal }) => {
  const machine = machineOf(service, input, principal, "states:ListExecutions");
  for (const name of ["redriveFilter", "mapRunArn"]) {
    if (input[name] !== undefined) throw validation(`'${name}' is not supported by the local cloud`);
  }
  const status = input.statusFilter as Status | undefined;
  if (status !== undefined && !STATUSES.includes(status)) {
    const set = `Member must satisfy enum value set: [${STATUSES.join(", ")}]`;
    throw validation(`Value '${status}' at 'statusFilter' failed to satisfy constraint: ${set}`);
  }
  const limit = pageSize(input, 100);
  const question = `executions ${machine.arn} ${status}`;
  const before = afterOf(input, question);
  const found = service.records.list({ machineArn: machine.arn, status, before, limit: limit + 1 });
  const page = found.slice(0, limit);
  return {
    executions: page.map((execution) => ({
      executionArn: execution.arn,
      stateMachineArn: execution.machineArn,
      name: execution.name,
      status: execution.status,
      startDate: epochSeconds(execution.startedAt),
      ...(execution.stoppedAt !== null && { stopDate: epochSeconds(execution.stoppedAt) }),
      redriveCount: execution.redriveCount,
      ...(execution.redrivenAt !== null && { redriveDate: epochSeconds(execution.redrivenAt) }),
    })),
    ...(found.length > limit && { nextToken: tokenOf(question, page.at(-1)!.id) }),
  };
};
