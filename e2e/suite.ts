import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "@dropclip/local/clock";
import { visitorsOf } from "./browser/browser.ts";
import { cleanUp } from "./clean-up.ts";
import { type Made, patientApi, type Run } from "./run.ts";
import { type Result, runSteps } from "./run-steps.ts";
import { stepsOf } from "./steps/index.ts";
import type { Target } from "./target.ts";
import { accountsAt } from "./users.ts";

export interface SuiteOptions {
  target: Target;
  /** Keep what was made. */
  keep: boolean;
  clock: Clock;
  /** When aborted, the run ends early; what was made is deleted all the same. */
  signal: AbortSignal;
  onResult(result: Result): void;
  say(line: string): void;
}

/** Tests the whole product at a target and deletes what that made; returns a result for every step. */
export async function runSuite(options: SuiteOptions): Promise<Result[]> {
  const { target, keep, clock, signal, onResult, say } = options;
  const folder = mkdtempSync(join(tmpdir(), "dropclip-e2e-media-"));
  const accounts = accountsAt(target);
  const nobody = patientApi({ target, clock, signal });
  const made = { users: {}, uploads: {}, served: new Set() } as unknown as Made;
  const visitors = visitorsOf(target);
  const run: Run = { target, accounts, nobody, visitors, made, folder, clock, signal, say };
  try {
    const results = await runSteps(stepsOf({ keep }), run, { clock, signal, onResult });
    if (keep) {
      tellKept(run);
      return results;
    }
    if (signal.aborted) say("stopped: cleaning up");
    return [...results, await cleaned(run, onResult)];
  } finally {
    await visitors.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function cleaned(run: Run, onResult: SuiteOptions["onResult"]): Promise<Result> {
  const start = run.clock.now();
  const left = await cleanUp(run);
  const result: Result = {
    name: "Everything that was made is taken away",
    status: left.length === 0 ? "passed" : "failed",
    durationMs: run.clock.now() - start,
    ...(left.length > 0 && { message: `left behind: ${left.join(", ")}` }),
  };
  onResult(result);
  return result;
}

function tellKept({ accounts, made, say }: Run) {
  if (made.eventId) say(`kept: event ${made.eventId}`);
  if (made.collectionId) say(`kept: collection ${made.collectionId}`);
  for (const email of accounts.emails()) say(`kept: user ${email}, password ${accounts.password}`);
}
