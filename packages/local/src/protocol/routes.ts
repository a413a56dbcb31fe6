import type { AwsError, Call } from "../world.ts";

/** A REST request taken apart. */
export interface RestInput {
  /** The decoded values of the path's labels. */
  path: Record<string, string>;
  query: URLSearchParams;
  body: Buffer;
}

export interface RouteOptions {
  /**
   * Method and path by operation, as AWS's models write them: `GET /2017-08-29/jobs/{id}`. A slash at the end may be
   * left out by the client. The first that matches counts.
   */
  routes: Iterable<[operation: string, route: string]>;
  /** The error for a method and path that no route has, `GET /nowhere`. */
  unroutable(asked: string): AwsError;
  /** The error for a part of the path that is not properly encoded. */
  undecodable(segment: string): AwsError;
}

/** Finds the operation of a call by its method and path. */
export function router({ routes, unroutable, undecodable }: RouteOptions) {
  const table = [...routes].map(([operation, route]) => ({ operation, ...compile(route) }));
  return ({ method, url, body }: Call): { operation: string; input(): RestInput } => {
    for (const { operation, verb, path } of table) {
      const match = verb === method ? path.exec(url.pathname) : null;
      if (!match) continue;
      const labels = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decode(value, undecodable)]);
      return { operation, input: () => ({ path: Object.fromEntries(labels), query: url.searchParams, body }) };
    }
    throw unroutable(`${method} ${url.pathname}`);
  };
}

function compile(route: string): { verb: string; path: RegExp } {
  const [verb = "", path = ""] = route.split(" ");
  const source = path.replace(/\/$/, "/?").replace(/\{(\w+)\+?\}/g, "(?<$1>[^/]+)");
  return { verb, path: new RegExp(`^${source}$`) };
}

function decode(segment: string, undecodable: RouteOptions["undecodable"]): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw undecodable(segment);
  }
}
