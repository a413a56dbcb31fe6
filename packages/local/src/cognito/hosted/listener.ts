import type { IncomingMessage, ServerResponse } from "node:http";
import { listen } from "../../listener.ts";
import type { Pool } from "../pool.ts";
import { authorizeQuery } from "./authorize-query.ts";
import { discovery } from "./discovery.ts";
import { type Exchange, Refused, redirect, refuse, send } from "./exchange.ts";
import type { Hosted } from "./hosted.ts";
import { answerSignIn } from "./sign-in-pages.ts";
import { signOut } from "./sign-out.ts";
import { userInfo } from "./user-info.ts";

/** Node's five seconds race with clients that reuse a connection. */
const KEEP_ALIVE_MS = 60_000;

interface Listening {
  pool: Pool;
  /** Loads the OAuth endpoints when the first request needs them. */
  hosted: () => Promise<Hosted>;
}

type Answer = (listening: Listening, exchange: Exchange, ...path: string[]) => Promise<void>;

/** By path, with the methods each takes. */
const ROUTES: [path: RegExp, methods: string[], answer: Answer][] = [
  [
    /^\/([\w-]+)\/\.well-known\/openid-configuration$/,
    ["GET"],
    async ({ pool }, exchange, id) => {
      if (id !== pool.facts.id) throw notFound();
      json(exchange, discovery(pool, exchange.url.origin));
    },
  ],
  [
    /^\/([\w-]+)\/\.well-known\/jwks\.json$/,
    ["GET"],
    async ({ pool }, exchange, id) => {
      if (id !== pool.facts.id) throw notFound();
      json(exchange, await pool.keys.jwks());
    },
  ],
  [
    /^\/oauth2\/authorize$/,
    ["GET"],
    async (listening, exchange) => {
      exchange.request.url = `/oauth2/authorize?${authorizeQuery(listening.pool, exchange.url.searchParams)}`;
      await toProvider(listening, exchange);
    },
  ],
  [/^\/oauth2\/authorize\/[\w-]+$/, ["GET"], toProvider],
  [/^\/oauth2\/(?:token|revoke)$/, ["POST", "OPTIONS"], toProvider],
  [/^\/oauth2\/userInfo$/, ["GET"], ({ pool }, exchange) => userInfo(pool, exchange)],
  [/^\/oauth2\/userInfo$/, ["OPTIONS"], async (_, exchange) => preflight(exchange)],
  [
    /^\/(login|signup)$/,
    ["GET"],
    async (_, exchange, page) => {
      const query = new URLSearchParams(exchange.url.searchParams);
      if (page === "signup") query.set("screen_hint", "signup");
      redirect(exchange, 302, `/oauth2/authorize?${query}`);
    },
  ],
  [
    /^\/login\/([\w-]+)((?:\/[\w-]+)?)$/,
    ["GET", "POST"],
    async ({ hosted }, exchange, uid = "", step = "") => answerSignIn(await hosted(), exchange, uid, step),
  ],
  [/^\/logout$/, ["GET"], async ({ hosted }, exchange) => signOut(await hosted(), exchange)],
];

/** Opens the issuer and the hosted domain of one pool, on one address of this machine. */
export function openListener(listening: Listening, port: number) {
  const answerFor = (request: IncomingMessage, response: ServerResponse) => answer(listening, request, response);
  return listen({ keepAliveTimeout: KEEP_ALIVE_MS, answer: answerFor }, port);
}

async function answer(listening: Listening, request: IncomingMessage, response: ServerResponse) {
  const { world } = listening.pool;
  const exchange = { request, response, url: new URL(listening.pool.issuer()) };
  try {
    const target = request.url ?? "/";
    if (!target.startsWith("/") || !URL.canParse(exchange.url.origin + target)) throw notFound();
    exchange.url = new URL(exchange.url.origin + target);
    await route(listening, exchange);
  } catch (error) {
    if (!(error instanceof Refused) && !request.destroyed) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      world.log({ service: "cognito", level: "error", message, method: request.method, path: exchange.url.pathname });
    }
    if (response.headersSent || response.destroyed) return void response.destroy();
    refuse(exchange, error instanceof Refused ? error : new Refused(500, "server_error", "Something failed here."));
  }
  const message = `${request.method} ${exchange.url.pathname} ${response.statusCode}`;
  world.log({ service: "cognito", level: "debug", message });
}

async function route(listening: Listening, exchange: Exchange) {
  const { pathname } = exchange.url;
  // A HEAD is answered as a GET whose body node leaves out.
  const method = exchange.request.method === "HEAD" ? "GET" : (exchange.request.method ?? "");
  let known = false;
  for (const [path, methods, run] of ROUTES) {
    const match = path.exec(pathname);
    if (!match || (!listening.pool.facts.domain && !pathname.includes("/.well-known/"))) continue;
    known = true;
    if (methods.includes(method)) return run(listening, exchange, ...match.slice(1));
  }
  throw known ? new Refused(405, "invalid_request", `${method} is not answered here.`) : notFound();
}

async function toProvider({ hosted }: Listening, { request, response }: Exchange) {
  const { provider } = await hosted();
  await provider.callback()(request, response);
}

const notFound = () => new Refused(404, "not_found", "There is no such page.");

function json(exchange: Exchange, body: object) {
  const headers = { "content-type": "application/json", "access-control-allow-origin": "*" };
  send(exchange, 200, headers, JSON.stringify(body));
}

function preflight({ response }: Exchange) {
  const allowed = { "access-control-allow-methods": "GET", "access-control-allow-headers": "authorization" };
  response.writeHead(204, { "access-control-allow-origin": "*", "access-control-max-age": "3600", ...allowed });
  response.end();
}
