import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunningCloud } from "@dropclip/local/cloud";
import { grantsOf, nameOf } from "./access.ts";

/** Folder that collects what every cloud of a whole test run made use of and measured; only `npm test` sets it. */
const directory = () => process.env.DROPCLIP_TEST_ACCESS;

/** What is kept of a cloud: a name for each grant that was used, and for each metric that was measured. */
interface Kept {
  used: string[];
  measured: string[];
}

/** The same metric's name in every cloud, whatever the order of its dimensions. */
export const metricName = ({
  namespace,
  metricName,
  dimensions,
  region,
}: ReturnType<RunningCloud["metrics"]>[number]) =>
  `${namespace} ${metricName} ${JSON.stringify(Object.fromEntries(Object.entries(dimensions).sort()))} in ${region}`;

/**
 * Keeps what the cloud's roles made use of and what was measured, before it stops. Where its data are gone, so is what
 * was measured.
 */
export function keep(cloud: Pick<RunningCloud, "access" | "metrics" | "directory">) {
  const folder = directory();
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  const used = grantsOf(cloud.access())
    .filter((grant) => grant.used > 0)
    .map(nameOf);
  const kept: Kept = { used, measured: existsSync(cloud.directory) ? cloud.metrics().map(metricName) : [] };
  appendFileSync(join(folder, `${process.pid}.jsonl`), `${JSON.stringify(kept)}\n`);
}

/** The names that all the clouds of this run kept together; throws outside a whole run. */
export function kept(what: keyof Kept): Set<string> {
  const folder = directory();
  if (!folder) throw new Error("this looks at a whole run: npm test");
  const names = new Set<string>();
  for (const file of readdirSync(folder))
    for (const line of readFileSync(join(folder, file), "utf8").trim().split("\n"))
      for (const name of (JSON.parse(line) as Kept)[what]) names.add(name);
  return names;
}
