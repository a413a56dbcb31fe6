import { fork } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import * as v from "valibot";
import { Graph } from "./graph.ts";
import type { Options, Result } from "./run/worker.ts";

export interface SynthOptions {
  stage: string;
  /** As `sst dev` would deploy it: functions become bridges to the developer's machine. */
  dev?: boolean;
  /** Twelve digits; part of physical names and ARNs. */
  account?: string;
  /** The repository; contains `.sst` and, unless `config` says otherwise, `sst.config.ts`. */
  root?: string;
  /** Path of the config from the root. */
  config?: string;
  /** Variables that the config sees. It sees none of this process's own: the graph must not depend on who makes it. */
  env?: Record<string, string>;
  /** Contents of the Parameter Store before the run, by name: a stage that was deployed keeps its outputs there. */
  parameters?: Record<string, string>;
  /** The account's quotas where they are not AWS's defaults, by service and code: `{ "lambda/L-B99A9384": 10 }`. */
  quotas?: Record<string, number>;
  /** Called with what the config prints. */
  log?: (text: string) => void;
}

const ROOT = path.resolve(import.meta.dirname, "../../..");
/** The account id of AWS's documentation examples. */
const ACCOUNT = "123456789012";
/** A run takes two seconds; only a config that never ends runs longer. */
const LONGEST_RUN_MS = 120_000;

/** Runs the stacks without AWS and returns what they would create. Rejects with every problem of the stacks. */
export async function synth(options: SynthOptions): Promise<Graph> {
  const { stage, dev = false, account = ACCOUNT, root = ROOT, parameters = {}, quotas = {} } = options;
  const config = path.resolve(root, options.config ?? "sst.config.ts");
  if (!existsSync(config)) throw new Error(`there is no ${path.relative(root, config)} in ${root}`);
  if (!existsSync(path.join(root, ".sst/platform/src"))) {
    throw new Error("SST's component source is missing: node scripts/setup.mjs synth fetches it");
  }
  const work: Options = { root, config, stage, dev, account, parameters, quotas };
  // Pulumi keeps a stack trace per promise; without them a run takes half the time. A failed run is repeated with them.
  const first = await attempt(work, ["--stack-trace-limit=0"], options);
  if (first.graph) return v.parse(Graph, first.graph);
  if (first.problems.length) throw failure(stage, first.problems);
  const again = await attempt(work, ["--stack-trace-limit=20", "--enable-source-maps"], { ...options, log: undefined });
  const reasons = [...again.problems, ...again.errors];
  throw failure(stage, reasons.length ? reasons : first.errors);
}

const failure = (stage: string, reasons: string[]) =>
  new Error(`synth of stage ${stage} failed:\n${reasons.join("\n")}`);

async function attempt(work: Options, execArgv: string[], { env, log }: SynthOptions): Promise<Result> {
  const { PATH, HOME, TMPDIR } = process.env;
  const child = fork(path.join(import.meta.dirname, "run/worker.ts"), [JSON.stringify(work)], {
    cwd: work.root,
    execArgv: [...execArgv, "--no-warnings"],
    // Most of a run's time is Node compiling Pulumi's providers.
    env: {
      PATH,
      HOME,
      TMPDIR,
      TZ: "UTC",
      LC_ALL: "C",
      NODE_COMPILE_CACHE: path.join(work.root, ".sst/compiled"),
      ...env,
    },
    serialization: "advanced",
    silent: true,
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
      log?.(text);
    });
  }
  let result: Result | undefined;
  child.on("message", (message) => (result = message as Result));
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, LONGEST_RUN_MS);
  const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  clearTimeout(timer);
  if (late) return { problems: [`the config did not come to an end in ${LONGEST_RUN_MS / 1000} seconds`], errors: [] };
  return result ?? { problems: [], errors: [`the run ended with code ${code} before it had a graph`, printed] };
}
