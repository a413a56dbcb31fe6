import type { IncomingMessage } from "node:http";
import { pipeline } from "node:stream";
import type { CacheBehavior, Distribution } from "@dropclip/synth/cloud";
import type { World } from "../world.ts";
import type { EdgeCache } from "./cache.ts";
import { chooseEncoding, compressedHeaders, compressible, compressor, type Encoding } from "./compress.ts";
import { evaluateConditions, rangeApplies } from "./conditional.ts";
import { Flights } from "./flights.ts";
import { type Headers, keptHeaders } from "./headers.ts";
import type { CachedObject, ObjectFacts, Reader } from "./object.ts";
import { type Origin, OriginError } from "./origin.ts";
import { Purges } from "./purges.ts";
import { parseContentRange, type RangeSpec, resolveRange, type Span } from "./range.ts";
import { errorTtl, minimumErrorTtl, objectTtl } from "./ttl.ts";

/** One GET or HEAD of a viewer, reduced to what decides its answer. */
export interface Wanted {
  method: "GET" | "HEAD";
  behavior: CacheBehavior;
  key: string;
  path: string;
  query: string;
  /** Headers that go to the origin. */
  forwarded: Record<string, string>;
  acceptEncoding: string;
  /** Range and conditions as sent; they go to the origin when nothing is cached. */
  conditions: Record<string, string>;
  range?: RangeSpec;
}

/** One that goes to the origin itself, in its turn. */
type Led = Wanted & { turn: number };

export type Result = "Hit" | "Miss" | "RefreshHit";

/**
 * Where the answer comes from: a cached object, opened for what the viewer wants, or the origin's response as it is.
 */
export type Found = { object: CachedObject; reader: Reader; result: Result } | { response: IncomingMessage };

type Retry = "retry";
/** How often a request follows others or starts over before it goes to the origin for itself. */
const PATIENCE = 4;
const NOTHING: Span = { start: 0, end: 0 };
const EVERYTHING: Span = { start: 0, end: Number.POSITIVE_INFINITY };

/** Finds objects in the cache or at the origin, one origin request for viewers who ask for the same at once. */
export class Lookup {
  readonly #world: World;
  readonly #distribution: Distribution;
  readonly #cache: EdgeCache;
  readonly #origin: Origin;
  readonly #flights = new Flights<CachedObject>();
  readonly #purges = new Purges();

  constructor(world: World, distribution: Distribution, cache: EdgeCache, origin: Origin) {
    this.#world = world;
    this.#distribution = distribution;
    this.#cache = cache;
    this.#origin = origin;
  }

  async find(wanted: Wanted): Promise<Found> {
    let shared: CachedObject | undefined;
    for (let patience = PATIENCE; ; patience--) {
      this.#purge();
      const object = shared ?? this.#cache.get(wanted.key);
      const fresh = object !== undefined && (object === shared || object.facts.freshUntilMs > this.#now());
      const gap = object && firstGap(object, wanted);
      const reader = fresh && gap === undefined ? object.open(spanOf(object, wanted)) : undefined;
      if (object && reader) return { object, reader, result: "Hit" };
      shared = undefined;
      const flight = patience > 0 ? this.#flights.join(wanted.key, wanted.conditions.range) : undefined;
      if (flight) {
        shared = await flight;
        // A response that was not cacheable for one viewer is fetched for each: waiting in line would only serialise
        // them.
        if (!shared) patience = 0;
        continue;
      }
      const known = object && !object.dropped ? { object, fresh, gap } : undefined;
      const found = await this.#lead(wanted, patience > 0 ? known : undefined);
      if (found !== "retry") return found;
    }
  }

  /** Forgets at `dueAtMs` all objects from before now whose path and query match. */
  invalidate(matches: (url: string) => boolean, dueAtMs: number) {
    this.#purges.add(matches, dueAtMs);
  }

  /** Carries out due invalidations before any look-up. Fetches in progress count too: they may have begun before. */
  #purge() {
    for (const { matches, before } of this.#purges.due(this.#now())) {
      this.#cache.invalidate(this.#distribution.id, matches, before);
      this.#flights.overtake(matches, before);
    }
  }

  async #lead(wanted: Wanted, known: Known | undefined): Promise<Found | Retry> {
    const turn = this.#purges.turn();
    const flight = this.#flights.start(wanted.key, wanted.conditions.range, urlOf(wanted), turn);
    const current = () => {
      this.#purge();
      return flight.current;
    };
    let object: CachedObject | undefined;
    try {
      const found = await this.#ask({ ...wanted, turn }, known, current);
      if (found !== "retry" && "object" in found) object = found.object;
      return found;
    } finally {
      flight.land(object);
    }
  }

  async #ask(wanted: Led, known: Known | undefined, current: () => boolean): Promise<Found | Retry> {
    const missing = known?.fresh ? missingSpan(known, wanted) : undefined;
    let response: IncomingMessage;
    try {
      response = await this.#origin.fetch({
        method: wanted.method,
        originId: wanted.behavior.originId,
        path: wanted.path,
        query: wanted.query,
        headers: originHeaders(wanted, known, missing),
      });
    } catch (error) {
      if (!(error instanceof OriginError)) throw error;
      return this.#stale(wanted, known, error.status) ?? this.#unreachable(wanted, error, current());
    }
    const status = response.statusCode ?? 502;
    if (known && missing) return this.#resume(wanted, known.object, missing, response, current());
    if (known && status === 304) return this.#refresh(wanted, known.object, response);
    if (status >= 500) {
      const stale = this.#stale(wanted, known, status);
      if (stale) response.resume();
      if (stale) return stale;
    }
    return this.#adopt(wanted, response, current());
  }

  /** A part of a cached object arrived. Another version of the object: start over without the old one. */
  #resume(wanted: Led, object: CachedObject, missing: Span, response: IncomingMessage, current: boolean) {
    const range = parseContentRange(response.headers["content-range"]);
    if (response.statusCode === 206) {
      const same = range?.start === missing.start && range.total === object.facts.total;
      if (same && response.headers.etag === object.facts.etag && !object.dropped) {
        object.fill(response, range, () => response.destroy());
        return opened(object, wanted, "Miss");
      }
      response.destroy();
      this.#cache.drop(object);
      return "retry";
    }
    this.#cache.drop(object);
    return this.#adopt(wanted, response, current);
  }

  /** The origin confirmed a stale object. */
  #refresh(wanted: Wanted, object: CachedObject, response: IncomingMessage): Found | Retry {
    response.resume();
    const headers = object.facts.headers.copy();
    const news = keptHeaders(response.rawHeaders);
    for (const name of ["cache-control", "date", "expires"]) {
      const value = news.get(name);
      if (value !== undefined) headers.set(name, value);
    }
    const now = this.#now();
    const ttl = objectTtl(wanted.behavior.cachePolicy, headers, now) ?? 0;
    object.facts = { ...object.facts, headers, storedAtMs: now, freshUntilMs: now + ttl * 1000 };
    if (firstGap(object, wanted) !== undefined) return "retry";
    return opened(object, wanted, "RefreshHit");
  }

  /** While the origin fails, an expired object is served on, for the error caching minimum TTL at a time. */
  #stale(wanted: Wanted, known: Known | undefined, status: number): Found | undefined {
    if (!known || known.object.facts.status >= 400 || firstGap(known.object, wanted) !== undefined) return undefined;
    const { object } = known;
    const reader = object.open(spanOf(object, wanted));
    const ttl = minimumErrorTtl(this.#distribution, status);
    object.facts = { ...object.facts, freshUntilMs: this.#now() + ttl * 1000 };
    return reader && { object, reader, result: "Hit" };
  }

  #unreachable(wanted: Led, { status, message, cause }: OriginError, current: boolean): Found | Retry {
    this.#world.log({ service: "cloudfront", level: "warn", message, path: wanted.path, cause: String(cause) });
    const ttl = minimumErrorTtl(this.#distribution, status);
    const facts = this.#facts(wanted, status, keptHeaders([]), ttl, 0);
    return opened(this.#cache.create({ ...facts, problem: message }, current), wanted, "Miss");
  }

  #adopt(wanted: Led, response: IncomingMessage, current: boolean): Found | Retry | Promise<Found | Retry> {
    const status = response.statusCode ?? 502;
    const headers = keptHeaders(response.rawHeaders);
    if (status === 206) return this.#adoptPart(wanted, response, headers, current);
    const policy = wanted.behavior.cachePolicy;
    const ttl =
      status === 200
        ? objectTtl(policy, headers, this.#now())
        : errorTtl(this.#distribution, policy, status, headers, this.#now());
    const length = headers.get("content-length");
    const total = length === undefined ? undefined : Number(length);
    if (ttl === undefined || !this.#cache.takes(total ?? 0)) return { response };
    const squeeze = compressible(wanted.behavior, status, headers);
    if (squeeze) headers.include("vary", "Accept-Encoding");
    const encoding = squeeze ? chooseEncoding(wanted.acceptEncoding) : undefined;
    if (wanted.method === "HEAD") {
      response.resume();
      // Only the body tells the headers of its compressed form.
      if (encoding) return this.#ask({ ...wanted, method: "GET" }, undefined, () => current);
      if (status !== 200 || total === undefined) return { response };
      return opened(this.#cache.create(this.#facts(wanted, status, headers, ttl, total), current), wanted, "Miss");
    }
    if (encoding) return this.#compress(wanted, response, { headers, encoding, ttl, current });
    const object = this.#cache.create(this.#facts(wanted, status, headers, ttl, total), current);
    object.fill(response, { start: 0, end: total ?? Number.POSITIVE_INFINITY }, () => response.destroy());
    return opened(object, wanted, "Miss");
  }

  #compress(wanted: Led, response: IncomingMessage, made: Compressed): Found | Retry {
    const facts = this.#facts(wanted, 200, made.headers, made.ttl, undefined);
    facts.headers = compressedHeaders(made.headers, made.encoding);
    const object = this.#cache.create(facts, made.current);
    const body = compressor(made.encoding);
    pipeline(response, body, () => {});
    object.fill(body, EVERYTHING, () => response.destroy());
    return opened(object, wanted, "Miss");
  }

  #adoptPart(wanted: Led, response: IncomingMessage, headers: Headers, current: boolean): Found | Retry {
    const range = parseContentRange(headers.get("content-range"));
    const ttl = objectTtl(wanted.behavior.cachePolicy, headers, this.#now());
    const etag = headers.get("etag");
    const joinable = range && etag?.startsWith('"') && this.#cache.takes(range.total);
    if (!joinable || ttl === undefined || wanted.method === "HEAD") return { response };
    const listed = current ? this.#cache.get(wanted.key) : undefined;
    const same = listed?.facts.etag === etag && listed?.facts.total === range.total;
    const facts = this.#facts(wanted, 200, headers, ttl, range.total);
    const object = listed && same ? listed : this.#cache.create(facts, current);
    object.facts = { ...object.facts, freshUntilMs: facts.freshUntilMs };
    object.fill(response, range, () => response.destroy());
    return opened(object, wanted, "Miss");
  }

  #facts(wanted: Led, status: number, headers: Headers, ttl: number, total: number | undefined) {
    const now = this.#now();
    const facts: Omit<ObjectFacts, "file"> = {
      key: wanted.key,
      distributionId: this.#distribution.id,
      url: urlOf(wanted),
      turn: wanted.turn,
      status,
      headers: headers.copy(),
      etag: headers.get("etag"),
      lastModified: headers.get("last-modified"),
      total,
      storedAtMs: now,
      freshUntilMs: now + ttl * 1000,
    };
    facts.headers.delete("content-length", "content-range");
    return facts;
  }

  #now() {
    return this.#world.clock.now();
  }
}

interface Known {
  object: CachedObject;
  fresh: boolean;
  /** First byte that is missing for this viewer. */
  gap: number | undefined;
}

interface Compressed {
  headers: Headers;
  encoding: Encoding;
  ttl: number;
  current: boolean;
}

function opened(object: CachedObject, wanted: Wanted, result: Result): Found | Retry {
  const reader = object.open(spanOf(object, wanted));
  return reader ? { object, reader, result } : "retry";
}

function urlOf({ path, query }: Wanted) {
  return query ? `${path}?${query}` : path;
}

/** The span a viewer's answer takes of an object: none for a HEAD, a 304 or a 416, the whole when no range applies. */
function spanOf({ facts }: CachedObject, { method, range, conditions }: Wanted): Span {
  if (method === "HEAD" || facts.problem) return NOTHING;
  if (facts.status === 200) {
    if (evaluateConditions(conditions, facts.headers)) return NOTHING;
    if (range && facts.total !== undefined && rangeApplies(conditions["if-range"], facts.headers)) {
      return resolveRange(range, facts.total) ?? NOTHING;
    }
  }
  return { start: 0, end: facts.total ?? Number.POSITIVE_INFINITY };
}

function firstGap(object: CachedObject, wanted: Wanted): number | undefined {
  return object.firstGap(spanOf(object, wanted));
}

/** What to ask the origin for so that a fresh object can be served; undefined when only the whole will do. */
function missingSpan({ object, gap }: Known, wanted: Wanted): Span | undefined {
  const { total, etag } = object.facts;
  if (gap === undefined || total === undefined || !etag?.startsWith('"')) return undefined;
  return { start: gap, end: spanOf(object, wanted).end };
}

function originHeaders(wanted: Wanted, known: Known | undefined, missing: Span | undefined): Record<string, string> {
  const headers = { ...wanted.forwarded };
  if (wanted.acceptEncoding) headers["accept-encoding"] = wanted.acceptEncoding;
  if (missing) return { ...headers, range: `bytes=${missing.start}-${missing.end - 1}` };
  if (!known) return { ...headers, ...wanted.conditions };
  const { etag, lastModified, status } = known.object.facts;
  if (wanted.conditions.range) headers.range = wanted.conditions.range;
  if (known.fresh || status >= 400) return headers;
  if (etag) headers["if-none-match"] = etag;
  if (lastModified) headers["if-modified-since"] = lastModified;
  return headers;
}
