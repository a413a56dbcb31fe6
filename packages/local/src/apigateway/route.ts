import type { HttpApi, Route } from "@dropclip/synth/cloud";

/** A route that takes a request, with the values of its path variables. */
export interface Match {
  route: Route;
  pathParameters: Record<string, string>;
}

interface Pattern {
  route: Route;
  method: string;
  segments: string[];
  /** Per segment: 0 literal, 1 variable, 2 greedy variable. */
  rank: number[];
}

/**
 * Chooses the most specific route as "Create routes for HTTP APIs" orders them: literal before variable before greedy
 * variable, segment by segment; the method before ANY; `$default` last. HEAD is not answered by a GET route.
 */
export function router({ routes }: Pick<HttpApi, "routes">): (method: string, path: string) => Match | undefined {
  const fallback = routes.find(({ routeKey }) => routeKey === "$default");
  const patterns = routes
    .filter((route) => route !== fallback)
    .map(parse)
    .sort(moreSpecific);
  return (method, path) => {
    const segments = path.slice(1).split("/");
    for (const pattern of patterns) {
      if (pattern.method !== method && pattern.method !== "ANY") continue;
      const pathParameters = matchSegments(pattern, segments);
      if (pathParameters) return { route: pattern.route, pathParameters };
    }
    return fallback && { route: fallback, pathParameters: {} };
  };
}

function parse(route: Route): Pattern {
  const match = /^([A-Z]+) (\/.*)$/.exec(route.routeKey);
  if (!match) throw new Error(`${route.routeKey} is no route key of an HTTP API`);
  const segments = match[2]!.slice(1).split("/");
  const rank = segments.map((segment) => (segment.endsWith("+}") ? 2 : segment.startsWith("{") ? 1 : 0));
  return { route, method: match[1]!, segments, rank };
}

function moreSpecific(a: Pattern, b: Pattern): number {
  for (let at = 0; at < Math.max(a.rank.length, b.rank.length); at++) {
    const difference = (a.rank[at] ?? 0) - (b.rank[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return Number(a.method === "ANY") - Number(b.method === "ANY");
}

function matchSegments({ segments, rank }: Pattern, path: string[]): Record<string, string> | undefined {
  const values: Record<string, string> = {};
  for (const [at, segment] of segments.entries()) {
    const value = rank[at] === 2 ? path.slice(at).join("/") : path[at];
    if (value === undefined || (rank[at]! > 0 && value === "")) return undefined;
    if (rank[at] === 0 && value !== segment) return undefined;
    if (rank[at]! > 0) values[segment.slice(1, rank[at] === 2 ? -2 : -1)] = value;
    if (rank[at] === 2) return values;
  }
  return path.length === segments.length ? values : undefined;
}
