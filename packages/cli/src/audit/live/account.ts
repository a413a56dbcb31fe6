import { readFileSync } from "node:fs";
import { audit, type Report } from "@dropclip/audit/audit";
import { type Drift, drift } from "@dropclip/audit/drift";
import { liveGraph, matched } from "@dropclip/audit/live";
import { parseGraph, shortType } from "@dropclip/synth/graph";
import { cloudConfig } from "../../aws/config.ts";
import type { Context } from "../../context.ts";
import { dataDirectory } from "../../paths.ts";
import { findCloud } from "../../start/run-file.ts";
import { readLocalOutputs } from "../../target/outputs.ts";
import { readExceptions } from "../exceptions.ts";
import { type Analysis, analyze } from "./analyzer.ts";
import { type LastUse, lastUse } from "./last-use.ts";
import { lookAround } from "./looks.ts";
import { pairsOf } from "./pairs.ts";
import type { Place } from "./place.ts";
import { stageOf } from "./stage.ts";

/** What the rules say of an account as it is. */
export interface LiveReport extends Report {
  /** What Access Analyzer says of the policies. */
  analysis: Analysis;
  /** Which grants were not used for long. */
  lastUse: LastUse | { notRun: string };
  drift: Drift[];
  /** Types that were not looked at, with the reason. */
  unseen: { type: string; why: string }[];
}

/** What is looked at: a deployed stage; without a name the running local cloud. */
export interface Subject {
  stage: string | undefined;
  /** The graph of what the local cloud should be. */
  file: string;
  /** For how long a grant may go unused before it is told. */
  days: number;
}

/** Audits what an account really has. */
export async function auditAccount(context: Context, { stage, file, days }: Subject): Promise<LiveReport> {
  const { config, graph, pairs } = stage === undefined ? await running(context, file) : await stageOf(context, stage);
  const { seen, types, unseen } = await lookAround(config, graph);
  const live = liveGraph(graph, matched(graph, seen, pairs));
  return {
    ...audit(live, await readExceptions(), undefined, types),
    drift: drift(graph, live, types),
    analysis: await analyze(config, live),
    lastUse: await lastUse(context, config, live, days),
    unseen: [...unseen].map(([type, why]) => ({ type: shortType(type), why })),
  };
}

async function running(context: Context, file: string): Promise<Place> {
  const graph = parseGraph(readFileSync(file, "utf8"), file);
  const cloud = findCloud(dataDirectory(context));
  return { config: cloudConfig(cloud), graph, pairs: pairsOf(graph, await readLocalOutputs(context, cloud)) };
}
