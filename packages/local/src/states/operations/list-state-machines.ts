import type { Operation } from "../context.ts";
import { afterOf, pageSize, tokenOf } from "../page.ts";
import { epochSeconds } from "../time.ts";

/** API reference, "ListStateMachines". */
export const listStateMachines: Operation = (service, input, { principal }) => {
  service.world.authorize(principal, "states:ListStateMachines", "*");
  const limit = pageSize(input, 100);
  const from = afterOf(input, "machines") ?? 0;
  const machines = [...service.machines.values()];
  return {
    stateMachines: machines.slice(from, from + limit).map(({ arn, name, type }) => ({
      stateMachineArn: arn,
      name,
      type,
      creationDate: epochSeconds(service.startedAt),
    })),
    ...(machines.length > from + limit && { nextToken: tokenOf("machines", from + limit) }),
  };
};
