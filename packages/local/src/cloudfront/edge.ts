import type { IncomingMessage, ServerResponse } from "node:http";
import type { CacheBehavior, Distribution } from "@dropclip/synth/cloud";
import type { World } from "../world.ts";
import type { AccessLogs } from "./access-logs.ts";
import { behaviorMatcher } from "./behavior.ts";
import type { EdgeCache } from "./cache.ts";
import { cacheKey, forwardedHeaders, varying } from "./cache-key.ts";
import { type Found, Lookup, type Wanted } from "./lookup.ts";
import { report } from "./metrics.ts";
import { Origin, OriginError } from "./origin.ts";
import { PROBLEMS } from "./problem.ts";
import { parseRange } from "./range.ts";
import { Reply } from "./reply.ts";
import { encodeText, parseTarget, rooted, type Target } from "./target.ts";

/** Bytes of the longest URL CloudFront takes. */
const URL_BYTES = 8192;
/** Headers of conditional requests; passed to the origin when nothing is cached. */
const CONDITIONS = ["if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "range"];

/** One distribution at the edge: takes viewers' requests and answers from the cache or the origin. */
export class Edge {
  readonly distribution: Distribution;
  readonly #world: World;
  readonly #origin: Origin;
  readonly #lookup: Lookup;
  readonly #behaviorOf: (path: string) => CacheBehavior;
  readonly #via: string;
  readonly #logs: AccessLogs[];

  constructor(world: World, distribution: Distribution, cache: EdgeCache, logs: AccessLogs[]) {
    this.#logs = logs;
    this.distribution = distribution;
    this.#world = world;
    this.#origin = new Origin(world, distribution);
    this.#lookup = new Lookup(world, distribution, cache, this.#origin);
    this.#behaviorOf = behaviorMatcher(distribution);
    this.#via = `1.1 ${world.uuid().replaceAll("-", "")}.cloudfront.net (CloudFront)`;
  }

  /** Answers one viewer; never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse) {
    const reply = new Reply(request, response, this.#via, () => this.#world.clock.now());
    // What is too long to be taken apart is not logged (AWS: Standard logging reference).
    if ((request.url ?? "").length <= URL_BYTES) for (const log of this.#logs) log.follow(request, response, reply);
    try {
      await this.#answer(request, response, reply);
    } catch (error) {
      // A viewer that leaves is not an error.
      if (!request.destroyed || response.headersSent === false) this.#log("warn", String(error), request);
      reply.fail();
    }
    if (reply.answered) report(this.#world, this.distribution, reply.answered);
    this.#log("debug", reply.sent ? `${reply.sent.status} ${reply.sent.result}` : "", request);
  }

  /** Forgets at `dueAtMs` all objects from before now whose path and query match. */
  invalidate(matches: (url: string) => boolean, dueAtMs: number) {
    this.#lookup.invalidate(matches, dueAtMs);
  }

  stop() {
    for (const log of this.#logs) log.stop();
    this.#origin.stop();
  }

  async #answer(request: IncomingMessage, response: ServerResponse, reply: Reply) {
    const { method = "", url = "" } = request;
    if (url.length > URL_BYTES) return reply.problem(413, PROBLEMS.tooLarge, { connection: "close" });
    const asked = parseTarget(url);
    if (!asked) return reply.problem(400, PROBLEMS.badRequest);
    const target = rooted(asked, this.distribution.defaultRootObject);
    const behavior = this.#behaviorOf(target.matchPath);
    reply.behavior = behavior;
    if (!behavior.allowedMethods.includes(method)) return reply.problem(403, PROBLEMS.method);
    if (hasBody(request)) return reply.problem(403, PROBLEMS.body);
    if (method === "OPTIONS") return this.#options(request, reply, behavior, target);
    const wanted = this.#wanted(request, behavior, target, method === "HEAD" ? "HEAD" : "GET");
    const found = await this.#lookup.find(wanted);
    try {
      reply.askedOrigin = "response" in found || found.result !== "Hit";
      // The viewer may have left while the origin was asked.
      if (response.destroyed) return;
      const page = await this.#errorPage(statusOf(found));
      if (page) return await this.#sendErrorPage(page, reply);
      if ("response" in found) await reply.pass(found.response);
      else await reply.object(found, this.#world.clock.now(), wanted.range);
    } finally {
      leave(found);
    }
  }

  #wanted(request: IncomingMessage, behavior: CacheBehavior, target: Target, method: "GET" | "HEAD"): Wanted {
    const sent = request.headers;
    const plain = sent.range !== undefined || request.httpVersion === "1.0";
    const key = varying(behavior.cachePolicy, sent, target.query, plain);
    const conditions: Record<string, string> = {};
    const range = parseRange(sent.range);
    for (const name of CONDITIONS) {
      const value = sent[name];
      // Several ranges, or a malformed one, mean the whole object and so the whole object's fetch.
      if (typeof value === "string" && (name !== "range" || range)) conditions[name] = value;
    }
    return {
      method,
      behavior,
      key: cacheKey(this.distribution.id, target.path, key),
      path: target.path,
      query: key.query,
      forwarded: forwardedHeaders(key, behavior.originRequestPolicy, sent),
      acceptEncoding: key.acceptEncoding,
      conditions,
      range,
    };
  }

  /** Preflights go to the origin like any OPTIONS: a response-headers policy only adds to what comes back. */
  async #options({ headers: sent }: IncomingMessage, reply: Reply, behavior: CacheBehavior, target: Target) {
    const key = varying(behavior.cachePolicy, sent, target.query, true);
    const headers = forwardedHeaders(key, behavior.originRequestPolicy, sent);
    const { originId } = behavior;
    const wanted = { method: "OPTIONS", originId, path: target.path, query: key.query, headers } as const;
    reply.askedOrigin = true;
    try {
      await reply.pass(await this.#origin.fetch(wanted));
    } catch (error) {
      if (!(error instanceof OriginError)) throw error;
      reply.problem(error.status, error.message);
    }
  }

  /** The page the distribution shows instead of this error, fetched like any object; undefined without one. */
  async #errorPage(status: number): Promise<{ found: Found; status: number } | undefined> {
    const rule = this.distribution.customErrorResponses.find(({ errorCode }) => errorCode === status);
    const path = rule?.responsePagePath && encodeText(rule.responsePagePath);
    if (!path) return undefined;
    const behavior = this.#behaviorOf(path);
    const nothing = { query: "", headers: {}, acceptEncoding: "" };
    const key = cacheKey(this.distribution.id, path, nothing);
    const request = { method: "GET", behavior, key, path, query: "", forwarded: {}, acceptEncoding: "" } as const;
    const found = await this.#lookup.find({ ...request, conditions: {} });
    return { found, status: rule.responseCode ?? status };
  }

  /**
   * Without the page, the viewer gets the origin's own error (developer guide, "Generating custom error responses").
   */
  async #sendErrorPage({ found, status: wanted }: { found: Found; status: number }, reply: Reply) {
    const status = statusOf(found) === 200 ? wanted : statusOf(found);
    try {
      if ("response" in found) await reply.pass(found.response, status);
      else if (status === wanted) await reply.errorPage(found, status);
      else await reply.object(found, this.#world.clock.now());
    } finally {
      leave(found);
    }
  }

  #log(level: "debug" | "warn", message: string, { method, url }: IncomingMessage) {
    this.#world.log({ service: "cloudfront", level, message, distribution: this.distribution.id, method, url });
  }
}

function statusOf(found: Found): number {
  return "response" in found ? (found.response.statusCode ?? 502) : found.object.facts.status;
}

function leave(found: Found) {
  if ("object" in found) return found.reader.close();
  // A body read to its end leaves its connection for the next request.
  if (!found.response.readableEnded) found.response.destroy();
}

function hasBody({ headers }: IncomingMessage) {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}
