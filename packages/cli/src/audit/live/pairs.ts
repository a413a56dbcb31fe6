import type { Pairs } from "@dropclip/audit/live";
import { TYPE } from "@dropclip/synth/from-graph/types";
import type { Graph } from "@dropclip/synth/graph";

/** Ids and addresses of a stage that AWS chose, each with what the graph has in its place, by the stage's outputs. */
export function pairsOf(graph: Graph, outputs: Record<string, unknown>): Pairs {
  const name = `/${graph.app}/${graph.stage}/outputs`;
  const parameter = graph.resources.find(({ type, inputs }) => type === TYPE.parameter && inputs.name === name);
  const made: Record<string, unknown> = JSON.parse(parameter?.inputs.value ?? "{}");
  return Object.entries(made).flatMap(([key, text]) => {
    const chosen = outputs[key];
    const differs = typeof text === "string" && typeof chosen === "string" && text && chosen && text !== chosen;
    return differs ? [[chosen, text] as const] : [];
  });
}
