import type { Clock } from "@dropclip/local/clock";
import { explain } from "./expect.ts";

/** One thing that must work. */
export interface Step<State> {
  name: string;
  /** Names of earlier steps whose results it needs. */
  needs?: string[];
  /** Why it is skipped this time; undefined when it is not. */
  omit?: (state: State) => string | undefined;
  run(state: State): Promise<void>;
}

export interface Result {
  name: string;
  status: "passed" | "failed" | "skipped";
  durationMs: number;
  /** Why it failed or was skipped. */
  message?: string;
}

interface Options {
  clock: Clock;
  /** When aborted, no further step begins. */
  signal: AbortSignal;
  onResult(result: Result): void;
}

/** Runs the steps in order and returns a result for each. A step that cannot run says which step it needed. */
export async function runSteps<State>(steps: Step<State>[], state: State, options: Options): Promise<Result[]> {
  const results: Result[] = [];
  const passed = new Set<string>();
  for (const step of steps) {
    const result = await runStep(step, state, passed, options);
    if (result.status === "passed") passed.add(step.name);
    results.push(result);
    options.onResult(result);
  }
  return results;
}

async function runStep<State>(
  { name, needs = [], omit, run }: Step<State>,
  state: State,
  passed: Set<string>,
  { clock, signal }: Options,
): Promise<Result> {
  const start = clock.now();
  const ended = (status: Result["status"], message?: string): Result => {
    return { name, status, durationMs: clock.now() - start, ...(message !== undefined && { message }) };
  };
  if (signal.aborted) return ended("skipped", "stopped before");
  const missing = needs.find((need) => !passed.has(need));
  if (missing !== undefined) return ended("skipped", `needs "${missing}"`);
  const reason = omit?.(state);
  if (reason !== undefined) return ended("skipped", reason);
  try {
    await run(state);
    return ended("passed");
  } catch (error) {
    return signal.aborted ? ended("skipped", "stopped") : ended("failed", explain(error));
  }
}
