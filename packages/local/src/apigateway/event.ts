import type { HttpApi } from "@dropclip/synth/cloud";
import type { World } from "../world.ts";
import type { Grant } from "./authorize.ts";
import type { Incoming } from "./incoming.ts";
import type { Match } from "./route.ts";

/** Types whose bodies reach the function as text; all else is base64, forms included. */
const TEXT = /^(text\/|application\/(json|javascript|xml|[^;]+\+json|[^;]+\+xml)\s*(;|$))/i;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The event of payload format 2.0. Members without a value are left out, as AWS leaves them out. */
export function buildEvent(world: World, api: HttpApi, incoming: Incoming, match: Match, body: Buffer, grant?: Grant) {
  const { method, path, query, headers, cookies, sourceIp, protocol, requestId } = incoming;
  const { routeKey } = match.route;
  const now = world.clock.now();
  const queryStringParameters = joinQuery(query);
  const encoded = body.length > 0 && !isText(headers);
  return {
    version: "2.0",
    routeKey,
    rawPath: path,
    rawQueryString: query,
    ...(cookies.length > 0 && { cookies }),
    headers: { ...headers, "content-length": String(body.length) },
    ...(Object.keys(queryStringParameters).length > 0 && { queryStringParameters }),
    requestContext: {
      accountId: world.account,
      apiId: api.id,
      ...(grant && { authorizer: { jwt: grant } }),
      domainName: new URL(api.endpoint).hostname,
      domainPrefix: api.id,
      http: { method, path, protocol, sourceIp, userAgent: headers["user-agent"] ?? "" },
      requestId,
      routeKey,
      stage: "$default",
      time: commonLogTime(new Date(now)),
      timeEpoch: now,
    },
    ...(Object.keys(match.pathParameters).length > 0 && { pathParameters: match.pathParameters }),
    ...(body.length > 0 && { body: body.toString(encoded ? "base64" : "utf8") }),
    isBase64Encoded: encoded,
  };
}

function isText(headers: Record<string, string>): boolean {
  return headers["content-encoding"] === undefined && TEXT.test(headers["content-type"] ?? "");
}

/** Decoded, several values of a name joined by commas. */
function joinQuery(query: string): Record<string, string> {
  const joined = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(query)) joined.set(name, [...(joined.get(name) ?? []), value]);
  return Object.fromEntries([...joined].map(([name, values]) => [name, values.join(",")]));
}

/** `12/Mar/2020:19:03:58 +0000`. */
function commonLogTime(date: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${two(date.getUTCDate())}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}`;
  return `${day}:${[date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(":")} +0000`;
}
