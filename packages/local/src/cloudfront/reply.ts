import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { CacheBehavior } from "@dropclip/synth/cloud";
import { evaluateConditions, rangeApplies } from "./conditional.ts";
import { Headers, keptHeaders } from "./headers.ts";
import { applyHeadersPolicy } from "./headers-policy.ts";
import type { Found } from "./lookup.ts";
import type { Answered } from "./metrics.ts";
import type { Reader } from "./object.ts";
import { PROBLEMS, problemPage } from "./problem.ts";
import { type RangeSpec, resolveRange } from "./range.ts";

/** A cached object found for this viewer. */
type Stored = Exclude<Found, { response: unknown }>;

/** The edge location, as X-Amz-Cf-Pop names one. */
const POP = "LCL50-C1";
/** Fields about a body that a 304 has none of. */
const BODY_FIELDS = ["accept-ranges", "content-encoding", "content-length", "content-range", "content-type"];

/** Writes one viewer's answer with what CloudFront adds to every response. */
export class Reply {
  readonly id = randomBytes(40).toString("base64").replaceAll("+", "-").replaceAll("/", "_");
  /** Set once a behaviour is chosen: its response-headers policy applies from then on, to errors too. */
  behavior: CacheBehavior | undefined;
  /** What the viewer was sent at the head of the answer; undefined until then. */
  sent: { status: number; headers: Headers; result: string } | undefined;
  /** Whether the answer came from the origin, not from the cache. */
  askedOrigin = false;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #via: string;
  readonly #now: () => number;
  readonly #receivedMs: number;
  #begun: Answered | undefined;
  #bytes = 0;

  constructor(request: IncomingMessage, response: ServerResponse, via: string, now: () => number) {
    this.#request = request;
    this.#response = response;
    this.#via = via;
    this.#now = now;
    this.#receivedMs = now();
  }

  /** What is reported of the request; undefined when it got no answer. */
  get answered(): Answered | undefined {
    return this.#begun && { ...this.#begun, bytes: this.#bytes };
  }

  /** CloudFront's own error page. */
  problem(status: number, message: string, extra: Record<string, string> = {}) {
    const headers = new Headers();
    for (const [name, value] of Object.entries(extra)) headers.set(name, value);
    headers.set("server", "CloudFront");
    headers.set("content-type", "text/html");
    const page = problemPage(status, message, this.id);
    headers.set("content-length", String(Buffer.byteLength(page)));
    this.#head(status, headers, "Error");
    this.#bytes += Buffer.byteLength(page);
    this.#response.end(page);
  }

  /** The origin's response as it comes, at the viewer's pace; under `status` when it is a custom error page. */
  async pass(origin: IncomingMessage, status = origin.statusCode ?? 502) {
    const result = status >= 400 || status !== origin.statusCode ? "Error" : "Miss";
    this.#head(status, keptHeaders(origin.rawHeaders), result);
    await this.#body(origin);
  }

  /** A cached object, or what of it the viewer asked for. */
  async object({ object, reader, result }: Stored, nowMs: number, range?: RangeSpec) {
    const { facts } = object;
    if (facts.problem) return this.problem(facts.status, facts.problem);
    const headers = facts.headers.copy();
    const age = Math.max(0, Math.floor((nowMs - facts.storedAtMs) / 1000));
    if (result === "Hit") headers.set("age", String(age));
    if (facts.status !== 200) return this.#stored(reader, facts.status, headers, "Error", facts.total);
    const condition = evaluateConditions(this.#request.headers, headers);
    if (condition === 304) {
      headers.delete(...BODY_FIELDS);
      this.#head(304, headers, result);
      this.#response.end();
      return;
    }
    if (condition === 412) return this.problem(412, PROBLEMS.precondition);
    if (!range || facts.total === undefined || !rangeApplies(this.#ifRange(), headers)) {
      return this.#stored(reader, 200, headers, result, facts.total);
    }
    const span = resolveRange(range, facts.total);
    if (!span) return this.problem(416, PROBLEMS.range, { "content-range": `bytes */${facts.total}` });
    headers.set("content-range", `bytes ${span.start}-${span.end - 1}/${facts.total}`);
    return this.#stored(reader, 206, headers, result, span.end - span.start);
  }

  /** A custom error response: the page under the error's status. */
  async errorPage({ object: { facts }, reader }: Stored, status: number) {
    await this.#stored(reader, status, facts.headers.copy(), "Error", facts.total);
  }

  /** The viewer is told nothing more; a body under way is cut off so that it cannot pass for whole. */
  fail() {
    if (this.#response.headersSent) this.#response.destroy();
    else this.problem(500, PROBLEMS.internal);
  }

  /** `bytes` is undefined while a compressed body's size is not known; it is then sent in chunks. */
  async #stored(reader: Reader, status: number, headers: Headers, result: string, bytes: number | undefined) {
    if (bytes !== undefined) headers.set("content-length", String(bytes));
    this.#head(status, headers, result);
    const left = new AbortController();
    this.#response.once("close", () => left.abort());
    await this.#body(Readable.from(reader.read(left.signal), { objectMode: false }));
  }

  async #body(body: Readable) {
    if (this.#request.method === "HEAD") {
      body.destroy();
      this.#response.end();
      return;
    }
    body.on("data", (piece: Buffer) => {
      this.#bytes += piece.length;
    });
    await pipeline(body, this.#response);
  }

  #ifRange() {
    const value = this.#request.headers["if-range"];
    return Array.isArray(value) ? value[0] : value;
  }

  /** The answer begins now. Errors of the edge itself ask no origin, and OPTIONS is never cached. */
  #begin(status: number, result: string) {
    const cacheable = this.#request.method !== "OPTIONS" && status < 400;
    this.#begun = {
      status,
      bytes: 0,
      ...(cacheable && { hit: result !== "Miss" }),
      ...(this.askedOrigin && { originMs: this.#now() - this.#receivedMs }),
    };
  }

  #head(status: number, headers: Headers, result: string) {
    this.#begin(status, result);
    if (!headers.has("server")) headers.set("server", "CloudFront");
    const { method = "GET", headers: sent } = this.#request;
    applyHeadersPolicy(this.behavior?.responseHeadersPolicy, { method, origin: sent.origin }, headers);
    headers.set("x-cache", `${result} from cloudfront`);
    headers.set("via", this.#via);
    headers.set("x-amz-cf-pop", POP);
    headers.set("x-amz-cf-id", this.id);
    this.sent = { status, headers, result };
    this.#response.writeHead(status, headers.toRaw());
  }
}
