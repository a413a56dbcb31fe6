export * as Invalidation from "./invalidation.ts";

import { type Source, system } from "./ids.ts";
import { isDone } from "./store/database.ts";
import { InvalidationEntity, InvalidatorEntity } from "./store/invalidation.entity.ts";

/** In order of urgency: what a creative hid, what was deleted, what was replaced. */
const ORDER = ["hidden", "deleted", "replaced"] as const;
export type Why = (typeof ORDER)[number];

export interface Due {
  urgency: string;
  path: string;
  requestId: string;
}

/** Paths of a distribution that CloudFront works on at a time (AWS: quotas on invalidations). */
export const WILDCARDS = 15;
export const FILES = 3000;
/** Rows that are read at a time: enough to fill an invalidation, and to see how much more is queued. */
const LOOKED_AT = FILES + 1000;
/** This many wildcards take some minutes; if more are queued, they are merged. */
const WILDCARDS_WAITING = 20 * WILDCARDS;

/** Queues paths to invalidate. Once stored they will be sent, whatever fails. Safe to repeat. */
export async function ask(paths: string[], why: Why, source: Source = system): Promise<void> {
  const urgency = String(ORDER.indexOf(why));
  const requestId = source.id();
  await Promise.all(paths.map((path) => InvalidationEntity.upsert({ urgency, path, requestId }).go()));
}

/** The queued paths, the most urgent first. */
export async function due(): Promise<Due[]> {
  const { data } = await InvalidationEntity.query
    .invalidation({})
    .go({ consistent: true, count: LOOKED_AT, pages: "all" });
  return data;
}

/** Whether any path is queued. */
export const isDue = async (): Promise<boolean> =>
  (await InvalidationEntity.query.invalidation({}).go({ consistent: true, limit: 1 })).data.length > 0;

/** Deletes the rows of paths that were sent, except those that were queued again since they were read. */
export async function told(rows: Due[]): Promise<void> {
  for (let start = 0; start < rows.length; start += 25)
    await Promise.all(
      rows.slice(start, start + 25).map(({ requestId, ...key }) =>
        isDone(
          InvalidationEntity.delete(key)
            .where((attributes, { eq }) => eq(attributes.requestId, requestId))
            .go(),
        ),
      ),
    );
}

/** One invalidation: its paths, and the rows that it completes. */
export interface Batch {
  paths: string[];
  rows: Due[];
}

/**
 * What to tell the edge next of what is due, with at most so many wildcards and single files: the most urgent first,
 * and of paths that one of them covers, that one. Where more wildcards wait than the edge takes at a time, those of one
 * event become one; where they are beyond all measure, everything does: what was hidden must not wait for a flood.
 */
export function next(rows: Due[], { wildcards, files }: { wildcards: number; files: number }): Batch {
  const merged = mergedPaths(rows);
  const chosen = new Set<string>();
  const left = { wildcards, files };
  for (const row of rows) {
    const path = merged.get(row.path) ?? row.path;
    if (isCovered(path, chosen)) continue;
    const kind = isWildcard(path) ? "wildcards" : "files";
    if (left[kind] === 0) continue;
    left[kind]--;
    chosen.add(path);
  }
  return {
    paths: [...chosen].filter((path) => !isCovered(path, chosen, { itself: false })),
    rows: rows.filter(({ path }) => isCovered(path, chosen)),
  };
}

const EVENTS = "events/*";
/** `events/{eventId}/*` of what lies below. */
const eventOf = (path: string) => (path.startsWith("events/") ? `${path.split("/", 2).join("/")}/*` : path);

/** Merges wildcards into wider ones. */
function mergedPaths(rows: Due[]): Map<string, string> {
  const waiting = [...new Set(rows.map(({ path }) => path).filter(isWildcard))];
  if (waiting.length <= WILDCARDS) return new Map();
  const ofEvent = Map.groupBy(waiting, eventOf);
  if (ofEvent.size > WILDCARDS_WAITING) return new Map(waiting.map((path) => [path, above(path)]));
  return new Map(
    [...ofEvent].flatMap(([event, paths]) => (paths.length > 1 ? paths.map((path) => [path, event]) : [])),
  );
}

const above = (path: string) => (path.startsWith("events/") ? EVENTS : path);

const isWildcard = (path: string) => path.endsWith("*");

/** Whether one of the paths is this one, or a wildcard above it. Wildcards here stand for whole directories. */
function isCovered(path: string, paths: Set<string>, { itself = true } = {}): boolean {
  if (itself && paths.has(path)) return true;
  const steps = path.split("/").slice(0, isWildcard(path) ? -2 : -1);
  return steps.some((_, index) => paths.has(`${steps.slice(0, index + 1).join("/")}/*`));
}

/** Milliseconds that the lock holds without a renewal; then another invocation may take it. */
export const HOLD_MS = 60_000;

/** Takes or renews the lock; false while another invocation holds it. */
export const hold = (holder: string, source: Source = system): Promise<boolean> =>
  isDone(
    InvalidatorEntity.upsert({ holder, untilMs: source.now() + HOLD_MS })
      .where((one, { eq, lt, notExists }) =>
        [notExists(one.holder), eq(one.holder, holder), lt(one.untilMs, source.now())].join(" OR "),
      )
      .go(),
  );

/** When the lock ends, epoch milliseconds; undefined when it is free. */
export async function heldUntil(): Promise<number | undefined> {
  return (await InvalidatorEntity.get({}).go({ consistent: true })).data?.untilMs;
}

/** Releases the lock. */
export async function release(holder: string): Promise<void> {
  await isDone(
    InvalidatorEntity.delete({})
      .where((one, { eq }) => eq(one.holder, holder))
      .go(),
  );
}
