import { readFileSync } from "node:fs";
import { cloud } from "@dropclip/synth/cloud-from-graph";
import { parseGraph } from "@dropclip/synth/graph";
import { costOf } from "./cost.ts";
import { summary } from "./outcome.ts";
import { quotasOf } from "./quotas.ts";
import { type RetrySetting, withRetries } from "./retries.ts";
import { simulate } from "./simulate.ts";
import type { BurstShape } from "./uploads.ts";

export interface Scenario extends BurstShape {
  /** The account's quota of concurrent Lambda executions. */
  concurrency: number;
  region: string;
  seed: number;
  retries: RetrySetting[];
}

export const GRAPH = new URL("../../stacks/graph.json", import.meta.url);

export const readFacts = () => cloud(parseGraph(readFileSync(GRAPH, "utf8"), GRAPH.pathname));

/** Runs one scenario with the infrastructure as it is deployed. */
export async function runScenario({ concurrency, region, retries, ...burst }: Scenario) {
  const facts = withRetries(readFacts(), retries);
  const outcome = await simulate({ ...burst, facts, quotas: quotasOf(region, concurrency) });
  return { concurrency, ...summary(outcome), dollars: costOf(outcome) };
}

/** The outcome as JSON; counts by name are objects. */
export type Result = Awaited<ReturnType<typeof runScenario>>;
