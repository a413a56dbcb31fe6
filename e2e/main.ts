import { parseArgs } from "node:util";
import { CliError, interrupts, messageOf } from "@dropclip/cli";
import { systemClock } from "@dropclip/local/clock";
import { resultText, summaryOf, summaryText } from "./report.ts";
import { runSuite } from "./suite.ts";
import { localTarget, stageTarget } from "./target.ts";

const USAGE = `Usage: npm run e2e -- [options]

Tries the whole of dropclip through its API and URLs: at the running local cloud, at one
started for the occasion when none runs, or at a deployed stage. Takes away what it made.

  --stage <name>  a deployed stage, found with your AWS credentials
  --json          print one JSON document at the end
  --keep          leave what was made, and say what that is
  --help          print this
`;
const OPTIONS = {
  stage: { type: "string" },
  json: { type: "boolean", default: false },
  keep: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

function parsed() {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    throw new CliError(`${messageOf(error)}\n\n${USAGE}`, 2);
  }
}

/** Runs the suite as the command line says; returns its exit code. */
async function main(signal: AbortSignal): Promise<number> {
  const { stage, json, keep, help } = parsed();
  if (help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const say = (line: string) => process.stderr.write(`     ${line}\n`);
  const around = { env: process.env, signal, clock: systemClock, random: Math.random };
  const start = systemClock.now();
  const target = stage === undefined ? await localTarget(around, say) : await stageTarget(around, stage);
  let code: number;
  try {
    if (!json) process.stdout.write(`${target.name}\n`);
    const results = await runSuite({
      target,
      keep,
      signal,
      say,
      clock: systemClock,
      onResult: (result) => {
        if (!json) process.stdout.write(resultText(result));
      },
    });
    const summary = summaryOf(target.name, results, systemClock.now() - start);
    process.stdout.write(json ? `${JSON.stringify(summary)}\n` : summaryText(summary));
    code = summary.failed > 0 ? 1 : 0;
  } finally {
    const kept = await target.stop(keep);
    if (kept) say(kept);
  }
  return signal.aborted ? (signal.reason as CliError).exitCode : code;
}

const signal = interrupts();
// A closed output pipe must not end the run before it has cleaned up.
process.stdout.removeAllListeners("error").on("error", () => {});
let code: number;
try {
  code = await main(signal);
} catch (error) {
  if (!(error instanceof CliError)) throw error;
  process.stderr.write(`e2e: ${error.message}\n`);
  code = error.exitCode;
}
for (const stream of [process.stdout, process.stderr]) await new Promise((flushed) => stream.write("", flushed));
process.exit(code);
