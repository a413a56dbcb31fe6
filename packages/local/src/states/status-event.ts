import type { EventBus } from "../ports.ts";
import { sizeOf } from "./limits.ts";
import { redriveStatus } from "./redrive-status.ts";
import type { Execution } from "./types.ts";

/** Limit of input and output together, escaped as in the event. Beyond it the event leaves them out, input first. */
const DATA_BYTES = 248 * 1024;

/**
 * Publishes "Step Functions Execution Status Change" (developer guide, "Automating Step Functions event delivery with
 * EventBridge").
 */
export function publishStatus(bus: EventBus, execution: Execution, now: number) {
  const { status, reason } = redriveStatus(execution, now);
  const shown = fitting(execution);
  bus.publish({
    source: "aws.states",
    detailType: "Step Functions Execution Status Change",
    resources: [execution.arn],
    detail: {
      executionArn: execution.arn,
      stateMachineArn: execution.machineArn,
      name: execution.name,
      status: execution.status,
      // Milliseconds here, seconds in the API.
      startDate: execution.startedAt,
      stopDate: execution.stoppedAt,
      input: shown.input,
      output: shown.output,
      inputDetails: { included: shown.input !== null },
      outputDetails: execution.output === null ? null : { included: shown.output !== null },
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      redriveCount: execution.redriveCount,
      redriveDate: execution.redrivenAt,
      redriveStatus: status,
      redriveStatusReason: reason ?? null,
      error: execution.error,
      cause: execution.cause,
    },
  });
}

function fitting({ input, output }: Execution): { input: string | null; output: string | null } {
  const escaped = (text: string | null) => (text === null ? 0 : sizeOf(JSON.stringify(text)));
  if (escaped(input) + escaped(output) <= DATA_BYTES) return { input, output };
  return { input: null, output: escaped(output) <= DATA_BYTES ? output : null };
}
