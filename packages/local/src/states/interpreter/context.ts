import type { Frame } from "../language.ts";
import type { JsonObject, Thread } from "../types.ts";
import type { Run } from "./run.ts";

/** The context object (`$states.context`, `$$`), in the shape recorded on AWS. */
export function contextOf(run: Run, thread: Thread, item = thread.item): JsonObject {
  const { execution } = run;
  return {
    Execution: {
      Id: execution.arn,
      Input: run.input,
      StartTime: new Date(execution.startedAt).toISOString(),
      Name: execution.name,
      RoleArn: execution.roleArn,
      RedriveCount: execution.redriveCount,
      ...(execution.redrivenAt !== null && { RedriveTime: new Date(execution.redrivenAt).toISOString() }),
    },
    StateMachine: { Id: execution.machineArn, Name: execution.machineName },
    State: {
      Name: thread.state,
      EnteredTime: new Date(thread.enteredAt).toISOString(),
      ...(run.stateOf(thread).Type === "Task" && { RetryCount: thread.retryCount }),
    },
    ...(item && { Map: { Item: { Index: item.index, Value: item.value } } }),
  };
}

/** What the state's expressions see; `more` adds a result or an error. */
export function frameOf(run: Run, thread: Thread, more: Partial<Frame> = {}): Frame {
  return { input: thread.input, context: contextOf(run, thread), variables: run.variables(thread), ...more };
}
