import { executionOf, type Operation } from "../context.ts";
import { afterOf, pageSize, tokenOf } from "../page.ts";
import type { HistoryEvent } from "../types.ts";

const DATA = ["input", "output", "parameters", "assignedVariables"];

/** API reference, "GetExecutionHistory". */
export const getExecutionHistory: Operation = (service, input, { principal }) => {
  const execution = executionOf(service, input, principal, "states:GetExecutionHistory");
  const limit = pageSize(input, 100);
  const reverse = input.reverseOrder === true;
  const question = `history ${execution.arn} ${reverse}`;
  const found = service.records.history(execution, { after: afterOf(input, question), reverse, limit: limit + 1 });
  const events = found.slice(0, limit);
  return {
    events: input.includeExecutionData === false ? events.map(bare) : events,
    ...(found.length > limit && { nextToken: tokenOf(question, events.at(-1)!.id) }),
  };
};

/** The event without inputs and outputs. */
function bare(event: HistoryEvent): HistoryEvent {
  const members = Object.entries(event).map(([name, value]) => {
    if (value === null || typeof value !== "object") return [name, value];
    return [name, Object.fromEntries(Object.entries(value).filter(([field]) => !DATA.includes(field)))];
  });
  return Object.fromEntries(members);
}
