import { stage } from "../stage.ts";

export type Query = Record<string, unknown>;

/** Where the API answers a route, whose variables `path` has; members of the query that are undefined are left out. */
export function address(route: string, path: Record<string, string>, query: Query = {}): string {
  const url = new URL(
    stage.api + route.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? "")),
  );
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
  return url.href;
}
