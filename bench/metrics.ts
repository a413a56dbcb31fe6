import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle } from "./bundle.ts";

/** Processes that are begun of each kind, and calls of one: enough that its code is compiled, as on a warm server. */
const STARTS = 15;
const CALLS = 4000;
const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const round = (value: number) => Number(value.toFixed(3));

/** Run in a fresh process: CPU time of loading a module and of its first use, then of each further one. */
const MEASURE = `
const [file, calls] = process.argv.slice(1);
const began = process.cpuUsage();
const since = (from) => { const { user, system } = process.cpuUsage(from); return (user + system) / 1000; };
const { work } = await import(file);
work();
const first = since(began);
for (let call = 0; call < calls / 2; call++) work();
const warm = process.cpuUsage();
for (let call = 0; call < calls / 2; call++) work();
process.stderr.write(JSON.stringify({ first, each: since(warm) / (calls / 2 || 1) }));
`;

/**
 * What metrics cost a function that logs, in milliseconds of CPU: at a cold start (all that is loaded for them, and the
 * first line), and at each media that is counted.
 */
export async function metrics() {
  const folder = mkdtempSync(join(tmpdir(), "dropclip-bench-metrics-"));
  try {
    const [logs, counts] = ["log", "count"].map((name) => {
      const file = join(folder, `${name}.mjs`);
      bundle(`bench/metrics/${name}.ts`, file);
      return file;
    }) as [string, string];
    // In turns, so that what else the machine does meets both.
    const colds = Array.from({ length: STARTS }, () => [run(logs, 0).first, run(counts, 0).first] as const);
    return {
      metricsColdStartCpuMs: round(median(colds.map(([log, count]) => count - log))),
      metricsCpuMsPerMedia: round(run(counts, CALLS).each - run(logs, CALLS).each),
      logColdStartCpuMs: round(median(colds.map(([log]) => log))),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Measured {
  first: number;
  each: number;
}

function run(file: string, calls: number): Measured {
  const { stderr, status } = spawnSync(
    process.execPath,
    ["--input-type=module", "-e", MEASURE, "--", file, String(calls)],
    {
      env: { PATH: process.env.PATH, AWS_REGION: "us-east-1", AWS_LAMBDA_FUNCTION_NAME: "bench", STAGE: "bench" },
      stdio: ["ignore", "ignore", "pipe"],
      encoding: "utf8",
    },
  );
  if (status !== 0) throw new Error(`a function that counts ended with ${status}: ${stderr}`);
  return JSON.parse(stderr);
}
