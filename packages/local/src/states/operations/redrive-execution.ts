import { AwsError } from "../../world.ts";
import { executionOf, type Operation, optionalText } from "../context.ts";
import { redrive } from "../interpreter/redrive.ts";
import { redriveStatus } from "../redrive-status.ts";
import { epochSeconds } from "../time.ts";

/** API reference, "RedriveExecution". The machine's time begins anew. */
export const redriveExecution: Operation = (service, input, { principal }) => {
  const { arn } = executionOf(service, input, principal, "states:RedriveExecution");
  optionalText(input, "clientToken", 64);
  const { world, records, engine } = service;
  return world.store.transaction(() => {
    const execution = records.find(arn)!;
    const now = world.clock.now();
    const { status, reason } = redriveStatus(execution, now);
    if (status === "NOT_REDRIVABLE") throw new AwsError("ExecutionNotRedrivable", `${reason}: '${arn}'`);
    const run = engine.load(execution);
    const { TimeoutSeconds: seconds } = run.definition;
    Object.assign(execution, {
      status: "RUNNING",
      stoppedAt: null,
      error: null,
      cause: null,
      redriveCount: execution.redriveCount + 1,
      redrivenAt: now,
      deadline: seconds === undefined ? null : now + seconds * 1000,
    });
    redrive(run);
    records.save(run);
    run.saved();
    service.publish(execution);
    world.store.afterCommit(() => engine.begin(run));
    return { redriveDate: epochSeconds(now) };
  });
};
