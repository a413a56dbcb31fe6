import type { Graph, Resource } from "@dropclip/synth/graph";
import { keyOf } from "./keys.ts";

/** A resource as the account describes it: those of its inputs that can be asked for. */
export interface Seen {
  type: string;
  inputs: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

/** What AWS chose, and what stands in the graph in its place. */
export type Pairs = readonly (readonly [chosen: string, made: string])[];

/** The same with the graph's names for what AWS chose: ids and addresses. */
export function renamed(seen: readonly Seen[], pairs: Pairs): Seen[] {
  // The longest first: an address may begin with another.
  const ordered = pairs.toSorted(([a], [b]) => b.length - a.length);
  const plain = (text: string) => JSON.stringify(text).slice(1, -1);
  const text = ordered.reduce((all, [a, b]) => all.replaceAll(plain(a), plain(b)), JSON.stringify(seen));
  return JSON.parse(text);
}

/**
 * What an account really has, as a graph: by the names of the stacks where they know it, with the inputs that were
 * described and no others.
 */
export function liveGraph(graph: Graph, seen: readonly Seen[]): Graph {
  const resources = seen.map(({ type, inputs, outputs = {} }): Resource => {
    const known = graph.resources.find((one) => one.type === type && keyOf(one) === keyOf({ type, inputs }));
    if (known) return { ...known, inputs, dependencies: undefined };
    const name = keyOf({ type, inputs }) ?? type;
    return { type, name, id: name, inputs, outputs, options: {} };
  });
  return { ...graph, resources };
}
