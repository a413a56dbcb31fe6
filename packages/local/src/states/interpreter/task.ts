import { dataLimitExceeded, StateError } from "../errors.ts";
import { DATA_BYTES, sizeOf } from "../limits.ts";
import type { Json, JsonObject, Thread } from "../types.ts";
import { frameOf } from "./context.ts";
import { type Begin, dialectOf, type Environment, type TaskDescription } from "./environment.ts";
import { exit } from "./exit.ts";
import { guarded, handle } from "./failure.ts";
import type { Details, Run } from "./run.ts";

export const beginTask: Begin = async (env, run, thread, state) => {
  const dialect = dialectOf(env, run, state);
  const frame = frameOf(run, thread);
  const timeout = await dialect.seconds("TimeoutSeconds", state, frame);
  const heartbeat = await dialect.seconds("HeartbeatSeconds", state, frame);
  const input = await dialect.argument(state, frame);
  const task = env.describeTask(state.Resource);
  const limits = {
    ...(timeout !== undefined && { timeoutInSeconds: timeout }),
    ...(heartbeat !== undefined && { heartbeatInSeconds: heartbeat }),
  };
  const text = JSON.stringify(input);
  if (task.events === "Task") {
    told(run, thread, task, "Scheduled", { region: env.region, parameters: text, ...limits });
  } else {
    const { resource } = task;
    told(run, thread, task, "Scheduled", { resource, input: text, inputDetails: { truncated: false }, ...limits });
  }
  told(run, thread, task, "Started");
  thread.phase = "running";
  thread.task = {
    attempt: ++run.execution.serial,
    arguments: input,
    ...(timeout !== undefined && { timeoutSeconds: timeout, deadline: run.now() + timeout * 1000 }),
  };
};

/** The integration began a job and goes on to wait for it. */
export function taskSubmitted(env: Environment, run: Run, thread: Thread, output: Json, jobId: string) {
  const task = env.describeTask(run.stateOf(thread).Resource);
  told(run, thread, task, "Submitted", { output: JSON.stringify(output), outputDetails: { truncated: false } });
  thread.phase = "submitted";
  thread.task!.jobId = jobId;
}

export async function taskSucceeded(env: Environment, run: Run, thread: Thread, result: Json): Promise<void> {
  const state = run.stateOf(thread);
  const task = env.describeTask(state.Resource);
  const output = JSON.stringify(result);
  if (sizeOf(output) > DATA_BYTES) {
    const name = task.events === "Task" ? task.resourceType : task.resource;
    return taskFailed(env, run, thread, dataLimitExceeded(name, "task"));
  }
  told(run, thread, task, "Succeeded", { output, outputDetails: { truncated: false } });
  delete thread.task;
  thread.phase = "attempt";
  await guarded(env, run, thread, async () => {
    const ending = await dialectOf(env, run, state).finish(state, frameOf(run, thread, { result }));
    await exit(env, run, thread, ending, state.Next);
  });
}

export async function taskFailed(env: Environment, run: Run, thread: Thread, error: StateError): Promise<void> {
  const { error: name, reason } = error;
  const task = env.describeTask(run.stateOf(thread).Resource);
  told(run, thread, task, "Failed", {
    ...(name !== undefined && { error: name }),
    ...(reason !== undefined && { cause: reason }),
  });
  thread.phase = "attempt";
  await handle(env, run, thread, error);
}

/** A job that is still running is cancelled. */
export async function taskTimedOut(env: Environment, run: Run, thread: Thread): Promise<void> {
  const task = env.describeTask(run.stateOf(thread).Resource);
  told(run, thread, task, "TimedOut", { error: "States.Timeout" });
  run.cancelJob(thread);
  thread.phase = "attempt";
  await handle(env, run, thread, new StateError("States.Timeout"));
}

/** Writes a Task… or LambdaFunction… event; the former all name their integration. */
function told(run: Run, thread: Thread, task: TaskDescription, what: string, more: JsonObject = {}) {
  const { events } = task;
  const details = events === "Task" ? { resourceType: task.resourceType, resource: task.resource, ...more } : more;
  const wrapper = `${events[0]!.toLowerCase()}${events.slice(1)}${what}EventDetails`;
  // LambdaFunctionStarted has no details.
  run.emit(thread, `${events}${what}`, (Object.keys(details).length > 0 ? { [wrapper]: details } : {}) as Details);
}
