import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { LAMBDA_CONCURRENCY } from "./burst/quotas.ts";
import { table } from "./burst/report.ts";
import { describeRetries, parseRetry, withRetries } from "./burst/retries.ts";
import { type Result, readFacts, type Scenario } from "./burst/scenario.ts";

const USAGE = `Usage: npm run burst -- [options]

What becomes of a burst of uploads under AWS's quotas, on a simulated clock: the state machine and the rules as they
are deployed run on the local cloud's Step Functions and EventBridge; Lambda and MediaConvert are models that know
quotas and durations. Exits with 1 when anything is lost.

  --uploads <n>       files of the burst (10000)
  --seconds <n>       within which they arrive (60)
  --clips <share>     clips among them, the others are photos; may be repeated (0 and 0.15)
  --concurrency <n>   Lambda's, of the account; may be repeated (10 and 1000)
  --region <name>     whose default quotas Step Functions and MediaConvert have (the stage's)
  --retry <error>:<MaxAttempts>:<MaxDelaySeconds>
                      tries another setting for retriers that name the error; may be repeated
  --seed <n>          of everything that is random (1)
  --json              print one JSON document
  --help              print this
`;
const OPTIONS = {
  uploads: { type: "string", default: "10000" },
  seconds: { type: "string", default: "60" },
  clips: { type: "string", multiple: true, default: ["0", "0.15"] as string[] },
  concurrency: { type: "string", multiple: true, default: Object.values(LAMBDA_CONCURRENCY).map(String) as string[] },
  region: { type: "string" },
  retry: { type: "string", multiple: true, default: [] as string[] },
  seed: { type: "string", default: "1" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

function count(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least) throw new Error(`--${name} takes a whole number from ${least}`);
  return value;
}

function share(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 1)) throw new Error("--clips takes a number from 0 to 1");
  return value;
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const retries = values.retry.map(parseRetry);
  const facts = withRetries(readFacts(), retries);
  const common = {
    uploads: count("uploads", values.uploads, 1),
    seconds: count("seconds", values.seconds, 1),
    region: values.region ?? facts.region,
    retries,
    seed: count("seed", values.seed, 0),
  };
  const scenarios = values.concurrency.flatMap((text) =>
    values.clips.map((clips) => ({ ...common, concurrency: count("concurrency", text, 1), clips: share(clips) })),
  );
  const results = await runAll(scenarios);
  if (values.json) console.log(JSON.stringify(results));
  else console.log([...describeRetries(facts), "", table(results)].join("\n"));
  return results.some(({ lost, deadLetters }) => lost + deadLetters > 0) ? 1 : 0;
}

/** Runs as many scenarios at a time as there are processors. The longest begin first. */
async function runAll(scenarios: Scenario[]): Promise<Result[]> {
  const results: Result[] = [];
  const queue = [...scenarios.entries()];
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) results[next[0]] = await run(next[1]);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return results;
}

function run(workerData: Scenario): Promise<Result> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("burst/worker.ts", import.meta.url), { workerData });
    worker.on("message", (text: string) => resolve(JSON.parse(text)));
    worker.on("error", reject);
    worker.on("exit", () => reject(new Error("a simulation ended without a result")));
  });
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}
