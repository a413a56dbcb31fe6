import { TYPE } from "@dropclip/synth/from-graph/types";
import type { Graph, Resource } from "@dropclip/synth/graph";
import { keyOf } from "./keys.ts";

/** A resource as the account describes it: those of its inputs that can be asked for. */
export interface Seen {
  type: string;
  /** What AWS calls it, where the graph has such an id too. */
  id?: string;
  inputs: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

/** What AWS chose, and what stands in the graph in its place. */
export type Pairs = readonly (readonly [chosen: string, made: string])[];

/** The same with the graph's names for what AWS chose: ids and addresses. */
function renamed(seen: readonly Seen[], pairs: Pairs): Seen[] {
  if (pairs.length === 0) return [...seen];
  const plain = (text: string) => JSON.stringify(text).slice(1, -1);
  const made = new Map(pairs.map(([a, b]) => [plain(a), plain(b)]));
  // The longest first: an address may begin with another. Ids are short, and may be part of other words.
  const ordered = [...made.keys()].sort((a, b) => b.length - a.length);
  const escaped = ordered.map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const any = new RegExp(`(?<![A-Za-z0-9])(?:${escaped.join("|")})(?![A-Za-z0-9])`, "g");
  return JSON.parse(JSON.stringify(seen).replace(any, (text) => made.get(text) ?? text));
}

/**
 * What was seen, under the graph's names: those of `known`, and what AWS or SST drew for things that can be told by
 * something else. A key may hold what another resource's match brings to light, so that it takes several turns.
 */
export function matched(graph: Graph, seen: readonly Seen[], known: Pairs): Seen[] {
  const pairs = new Map(known);
  for (;;) {
    const now = renamed(seen, [...pairs]);
    const before = pairs.size;
    const find = finder(graph);
    for (const one of now) {
      const made = find(one);
      if (made)
        for (const [chosen, text] of drawn(graph, now, one, made)) if (!pairs.has(chosen)) pairs.set(chosen, text);
    }
    if (pairs.size === before) return now;
  }
}

/** Finds the graph's resource that a seen one is, each once. */
function finder({ resources }: Graph) {
  const left = new Map<string, Resource[]>();
  for (const one of resources) {
    const key = `${one.type}::${keyOf(one)}`;
    left.set(key, [...(left.get(key) ?? []), one]);
  }
  return ({ type, id, inputs }: Seen) => left.get(`${type}::${keyOf({ type, id, inputs })}`)?.shift();
}

/** What of a seen resource was drawn where it was made, with what the graph has there. */
function drawn({ resources }: Graph, seen: readonly Seen[], one: Seen, made: Resource): Pairs {
  const pairs: [unknown, unknown][] = [
    [one.id, made.id],
    [one.inputs.name, made.inputs.name],
  ];
  if (one.type === TYPE.apiRoute) pairs.push(...integrations(resources, seen, one, made));
  if (one.type === TYPE.function) pairs.push(...randomVariables(resources, one, made));
  return pairs.flatMap(([chosen, text]) =>
    typeof chosen === "string" && typeof text === "string" && chosen && text && chosen !== text
      ? [[chosen, text] as const]
      : [],
  );
}

/** An integration has no name: it is the one of its route, if it leads to the same function. */
function integrations(resources: Resource[], seen: readonly Seen[], route: Seen, made: Resource): [string, string][] {
  const idOf = (target: unknown) => String(target).replace(/^integrations\//, "");
  const [chosen, text] = [idOf(route.inputs.target), idOf(made.inputs.target)];
  const there = seen.find(({ type, id }) => type === TYPE.apiIntegration && id === chosen);
  const should = resources.find(({ type, id }) => type === TYPE.apiIntegration && id === text);
  return there && should && there.inputs.integrationUri === should.inputs.integrationUri ? [[chosen, text]] : [];
}

/** Variables whose values Pulumi draws once for each stage and keeps. */
function randomVariables(resources: Resource[], one: Seen, made: Resource): [unknown, unknown][] {
  const random = new Set(
    resources.filter(({ type }) => type.startsWith("random:")).flatMap(({ outputs }) => Object.values(outputs)),
  );
  const variables = (inputs: Record<string, any>): Record<string, unknown> => inputs.environment?.variables ?? {};
  const there = variables(one.inputs);
  return Object.entries(variables(made.inputs))
    .filter(([, value]) => random.has(value))
    .map(([name, value]) => [there[name], value]);
}

/**
 * What an account really has, as a graph: by the names of the stacks where they know it, with the inputs that were
 * described and no others.
 */
export function liveGraph(graph: Graph, seen: readonly Seen[]): Graph {
  const find = finder(graph);
  const resources = seen.map((one): Resource => {
    const { type, inputs, outputs = {} } = one;
    const known = find(one);
    if (known) return { ...known, inputs, dependencies: undefined };
    const name = keyOf({ ...one, inputs }) ?? type;
    return { type, name, id: one.id ?? name, inputs, outputs, options: {} };
  });
  return { ...graph, resources };
}
