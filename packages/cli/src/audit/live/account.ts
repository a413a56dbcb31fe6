import { readFileSync } from "node:fs";
import { audit, type Report } from "@dropclip/audit/audit";
import { type Drift, drift } from "@dropclip/audit/drift";
import { liveGraph, renamed } from "@dropclip/audit/live";
import { parseGraph, shortType } from "@dropclip/synth/graph";
import { cloudConfig } from "../../aws/config.ts";
import type { Context } from "../../context.ts";
import { dataDirectory } from "../../paths.ts";
import { findCloud } from "../../start/run-file.ts";
import { readLocalOutputs } from "../../target/outputs.ts";
import { readExceptions } from "../exceptions.ts";
import { lookAround } from "./looks.ts";
import { pairsOf } from "./pairs.ts";
import type { Place } from "./place.ts";
import { stageOf } from "./stage.ts";

/** What the rules say of an account as it is. */
export interface LiveReport extends Report {
  drift: Drift[];
  /** Types that were not looked at, with the reason. */
  unseen: { type: string; why: string }[];
}

/** Audits a deployed stage; without a name the running local cloud, with the graph of `file` as what should be. */
export async function auditAccount(context: Context, stage: string | undefined, file: string): Promise<LiveReport> {
  const { config, graph, pairs } = stage === undefined ? await running(context, file) : await stageOf(context, stage);
  const { seen, types, unseen } = await lookAround(config, graph);
  const live = liveGraph(graph, renamed(seen, pairs));
  return {
    ...audit(live, await readExceptions(), undefined, types),
    drift: drift(graph, live, types),
    unseen: [...unseen].map(([type, why]) => ({ type: shortType(type), why })),
  };
}

async function running(context: Context, file: string): Promise<Place> {
  const graph = parseGraph(readFileSync(file, "utf8"), file);
  const cloud = findCloud(dataDirectory(context));
  return { config: cloudConfig(cloud), graph, pairs: pairsOf(graph, await readLocalOutputs(context, cloud)) };
}
