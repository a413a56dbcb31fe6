import type { IncomingMessage, ServerResponse } from "node:http";
import type { HttpApi } from "@dropclip/synth/cloud";
import type { FunctionInvoker, VerifyToken } from "../ports.ts";
import type { World } from "../world.ts";
import { authorize } from "./authorize.ts";
import { applyCors, isPreflight, preflightResponse } from "./cors.ts";
import { buildEvent } from "./event.ts";
import { type Incoming, newRequestId, readHead } from "./incoming.ts";
import { invoke } from "./invoke.ts";
import { report, reportIntegration } from "./metrics.ts";
import { type Outgoing, Refusal, readResult, refusalResponse, sendResponse } from "./outgoing.ts";
import { type Match, router } from "./route.ts";
import { throttles } from "./throttle.ts";

/** What an HTTP API needs of the cloud. */
export interface HttpApiOptions {
  world: World;
  api: HttpApi;
  lambda: FunctionInvoker;
  /** Needed as soon as a route has an authorizer. */
  verifyToken?: VerifyToken;
}

/** Payload limit of an HTTP API. */
const BODY_BYTES = 10 * 1024 * 1024;

/** The handler of one API's listener; it never rejects. */
export function gateway({ world, api, lambda, verifyToken }: HttpApiOptions) {
  const route = router(api);
  const throttle = throttles(world.clock);

  async function respond(incoming: Incoming, request: IncomingMessage): Promise<Outgoing> {
    const match = route(incoming.method, incoming.path);
    if (api.cors && isPreflight(incoming)) {
      // A route that takes OPTIONS and has an authorizer refuses the preflight too: browsers send no token with it.
      if (match) await authorize(match.route, incoming, verifyToken);
      return preflightResponse(api.cors, incoming.headers.origin!);
    }
    if (!match) throw new Refusal(404, "Not Found");
    return await integrate(incoming, request, match);
  }

  async function integrate(incoming: Incoming, request: IncomingMessage, match: Match): Promise<Outgoing> {
    if (!throttle(match.route)) throw new Refusal(429, "Too Many Requests");
    const grant = await authorize(match.route, incoming, verifyToken);
    const body = await readBody(request);
    const event = buildEvent(world, api, incoming, match, body, grant);
    const startedMs = world.clock.now();
    try {
      return readResult(await invoke(world, lambda, api, match.route, event));
    } finally {
      reportIntegration(world, api, startedMs);
    }
  }

  async function answer(incoming: Incoming | undefined, request: IncomingMessage): Promise<Outgoing> {
    try {
      if (!incoming) throw new Refusal(400, "Bad Request");
      return await respond(incoming, request);
    } catch (error) {
      if (error instanceof Refusal) return refusalResponse(error);
      // A client that leaves while it sends is no fault.
      if (!request.destroyed) world.log({ service: "apigateway", level: "error", message: String(error) });
      return refusalResponse(new Refusal(500, "Internal Server Error"));
    }
  }

  return async (request: IncomingMessage, response: ServerResponse) => {
    const startedMs = world.clock.now();
    const incoming = readHead(request);
    let outgoing = await answer(incoming, request);
    const { method, path, headers, requestId = newRequestId() } = incoming ?? {};
    const preflight = incoming && outgoing.status === 204 && isPreflight(incoming);
    if (api.cors && !preflight) outgoing = applyCors(api.cors, headers?.origin, outgoing);
    report(world, api, outgoing, startedMs);
    // The client has gone: no answer is possible.
    if (response.destroyed) return;
    sendResponse(response, outgoing, requestId, world.clock.now());
    const message = `${method} ${path} ${outgoing.status}`;
    world.log({ service: "apigateway", level: "debug", message, api: api.id, requestId });
  };
}

/** The rest beyond the limit stays unread; Node discards it once the answer is sent. */
async function readBody(request: IncomingMessage): Promise<Buffer> {
  const tooLarge = () => new Refusal(413, "Request Entity Too Large");
  if (Number(request.headers["content-length"] ?? 0) > BODY_BYTES) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += (chunk as Buffer).length;
    if (bytes > BODY_BYTES) throw tooLarge();
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
