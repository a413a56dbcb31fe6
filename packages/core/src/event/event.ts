export * as Event from "./event.ts";

import { createConversions, createWriteTransaction } from "electrodb";
import * as v from "valibot";
import { EventNotFound, PreconditionFailed, TimesInWrongOrder } from "../errors.ts";
import { fn } from "../fn.ts";
import { Id, type Source, system } from "../ids.ts";
import { isQuiet } from "../late.ts";
import * as limits from "../limits.ts";
import { Picture } from "../picture/picture.ts";
import { Cursor } from "../store/cursor.ts";
import { isDone } from "../store/database.ts";
import { CLOSED, EventEntity, OPEN } from "../store/event.entity.ts";
import { every } from "../store/every.ts";
import { pageOf } from "../store/page.ts";
import { RequestEntity } from "../store/request.entity.ts";
import { Request } from "../store/request.ts";
import { conflictFree } from "../store/transaction.ts";
import { Changes, type Info, New } from "./schemas.ts";

export { Changes, Info, New } from "./schemas.ts";

const CreateInput = v.object({
  ...New.entries,
  creativeId: Id,
  /** Given only where the same event is created again and again, as a fresh local cloud does. */
  eventId: v.optional(Id),
  idempotencyKey: v.optional(Request.Key),
});

/** Makes an event; one that is there already, or that the same Idempotency-Key made, is returned as it is. */
export const create = fn(CreateInput, async (input, source: Source = system): Promise<Info> => {
  const { idempotencyKey: key, ...asked } = input;
  const request = { userId: input.creativeId, key, operation: "events.create", input: asked };
  const made = await Request.madeBefore(request, source);
  if (made) return latest(made);
  const nowMs = source.now();
  const now = new Date(nowMs).toISOString();
  const event = {
    ...asked,
    eventId: input.eventId ?? source.id(),
    opensAt: input.opensAt ?? now,
    closesAt: input.closesAt ?? new Date(nowMs + limits.WINDOW_MS).toISOString(),
    revision: 0,
    state: CLOSED,
    createdAt: now,
  };
  checkTimes(event);
  const write = createWriteTransaction({ event: EventEntity, request: RequestEntity }, (entities) => [
    entities.event.create(event).commit(),
    ...Request.note(entities.request, request, event.eventId, source),
  ]);
  // Only an id that was given can be taken.
  const refused = ([taken]: boolean[]) => (taken && input.eventId ? latest(input.eventId) : undefined);
  return Request.commit(request, write, { made: serialize(event), found: latest, refused }, source);
});

/** The event as the last write left it. */
const latest = async (eventId: string): Promise<Info> => serialize(await row(eventId, { consistent: true }));

function checkTimes({
  opensAt,
  closesAt,
  startsAt,
  endsAt,
}: Pick<Info, "opensAt" | "closesAt" | "startsAt" | "endsAt">) {
  if (closesAt <= opensAt) throw TimesInWrongOrder("opensAt", "closesAt");
  if (startsAt && endsAt && endsAt <= startsAt) throw TimesInWrongOrder("startsAt", "endsAt");
}

/** The event; `EventNotFound` when there is none, or it was deleted. */
export const find = fn(v.object({ eventId: Id }), ({ eventId }): Promise<Info> => get(eventId));

/** The same, for an id that is known to be one. */
export const get = async (eventId: string): Promise<Info> => serialize(await row(eventId));

/** The event as it is at this moment; undefined when there is none, or it was deleted. */
export async function current(eventId: string): Promise<Info | undefined> {
  const { data } = await EventEntity.get({ eventId }).go({ consistent: true });
  return data && !data.deletedAt ? serialize(data) : undefined;
}

/** Whether the event asks for review at this moment; one that is deleted goes on as it was. */
export async function asksForReview(eventId: string): Promise<boolean> {
  const { data } = await EventEntity.get({ eventId }).go({ consistent: true, attributes: ["review"] });
  return data?.review ?? false;
}

/** The row of an event that is there; `EventNotFound` when it is not. */
export async function row(eventId: string, { consistent = false } = {}) {
  const { data } = await EventEntity.get({ eventId }).go({ consistent });
  if (!data || data.deletedAt) throw EventNotFound();
  return data;
}

/** The creative's own event, by an id from outside. `EventNotFound` for another's too. */
export const own = fn(
  v.object({ eventId: Id, creativeId: Id }),
  async ({ eventId, creativeId }): Promise<Info> => serialize(await owned(eventId, creativeId)),
);

/** The row of the creative's own event; `EventNotFound` for another's too. */
export async function owned(eventId: string, creativeId: string) {
  const event = await row(eventId, { consistent: true });
  if (event.creativeId !== creativeId) throw EventNotFound();
  return event;
}

const ListInput = v.object({ ...Cursor.Page.entries, creativeId: v.optional(Id) });

/** A page of events, newest first: all, or one creative's. */
export const list = fn(ListInput, async ({ creativeId, cursor, limit }) => {
  const query = creativeId ? EventEntity.query.byCreative({ creativeId }) : EventEntity.query.newest({});
  const { byCreative, newest } = createConversions(EventEntity).byAccessPattern;
  const { entries: events, ...next } = await pageOf({
    cursor,
    limit,
    purpose: `events/${creativeId ?? ""}`,
    read: (from) => query.where(({ deletedAt }, { notExists }) => notExists(deletedAt)).go({ ...from, order: "desc" }),
    place: creativeId ? byCreative.fromComposite.toCursor : newest.fromComposite.toCursor,
    show: (rows) => rows.map(serialize),
  });
  return { events, ...next };
});

const UpdateInput = v.object({
  ...Changes.entries,
  eventId: Id,
  creativeId: Id,
});

/**
 * Changes the creative's own event. `matches` says whether the event is still what the client has read: if not,
 * `PreconditionFailed`. Limits hold for uploads made from now on.
 */
export const update = fn(
  UpdateInput,
  ({ eventId, creativeId, ...changes }, matches: (event: Info) => boolean = () => true): Promise<Info> =>
    conflictFree(async () => {
      const before = await owned(eventId, creativeId);
      if (!matches(serialize(before))) throw PreconditionFailed();
      const removed = (["venue", "startsAt", "endsAt"] as const).filter((name) => changes[name] === null);
      const set = Object.fromEntries(
        Object.entries(changes).filter(([, value]) => value !== null && value !== undefined),
      );
      const after = { ...before, ...set };
      for (const name of removed) delete after[name];
      checkTimes(after);
      return (await patch(before, set, removed)) ? serialize(after) : "again";
    }),
);

/** Changes the row if it is still as it was read; returns whether it was. */
const patch = (
  before: { eventId: string; revision: number },
  set: Parameters<ReturnType<typeof EventEntity.patch>["set"]>[0],
  removed: ("venue" | "startsAt" | "endsAt")[] = [],
) =>
  isDone(
    EventEntity.patch({ eventId: before.eventId })
      .set(set)
      .remove(removed)
      .add({ revision: 1 })
      .where(({ revision }, { eq }) => eq(revision, before.revision))
      .go(),
  );

/**
 * Deletes the creative's own event: from now on it is gone for all users. What belongs to it is removed afterwards, by
 * settling. Returns true when there is something to do; safe to repeat.
 */
export const remove = fn(
  v.object({ eventId: Id, creativeId: Id }),
  ({ eventId, creativeId }, source: Source = system): Promise<boolean> =>
    conflictFree(async () => {
      const { data } = await EventEntity.get({ eventId }).go({ consistent: true });
      if (!data || data.creativeId !== creativeId) throw EventNotFound();
      if (data.deletedAt) return data.state === OPEN;
      const deletedAt = new Date(source.now()).toISOString();
      return (await patch(data, { deletedAt, state: OPEN })) || "again";
    }),
);

/**
 * Yields the events that are not settled, deleted ones and those with a flyer to remove, and since when (ISO 8601). For
 * the sweep.
 */
export async function* open() {
  for await (const row of every((cursor) => EventEntity.query.open({ state: OPEN }).go({ cursor })))
    yield { eventId: row.eventId, since: row.deletedAt ?? row.updatedAt ?? row.createdAt };
}

/** Whether the event is deleted and what belongs to it still being removed. */
export const isBeingRemoved = async (eventId: string): Promise<boolean> => (await deleted(eventId))?.state === OPEN;

/** The row of a deleted event; undefined for one that is not deleted. */
export async function deleted(eventId: string) {
  const { data } = await EventEntity.get({ eventId }).go({ consistent: true });
  return data?.deletedAt ? { ...data, deletedAt: data.deletedAt } : undefined;
}

/** Notes that a deleted event's paths are in the invalidation queue. */
export async function noteForgotten(eventId: string, source: Source = system): Promise<void> {
  const forgottenAt = new Date(source.now()).toISOString();
  await conflictFree(async () => {
    const event = await deleted(eventId);
    return !event || (await patch(event, { forgottenAt })) ? undefined : "again";
  });
}

/** Whether a deleted event may be closed once nothing of it is found: not while something may still be on its way. */
export const mayClose = ({ deletedAt }: { deletedAt: string }, source: Source = system): boolean =>
  isQuiet(deletedAt, source.now());

/** Closes a deleted event of which nothing is left; its row expires after `DELETED_KEPT_MS`. */
export async function close(event: { eventId: string; revision: number }, source: Source = system) {
  const expires = Math.ceil((source.now() + limits.DELETED_KEPT_MS) / 1000);
  await patch(event, { state: CLOSED, expires });
}

type Row = Omit<Awaited<ReturnType<typeof row>>, "updatedAt">;

/** From row to what users see. */
function serialize(row: Row): Info {
  const { eventId, creativeId, title, venue, startsAt, endsAt, opensAt, closesAt } = row;
  const { videoBytes, videoDurationMs, imageBytes, uploadsPerFan, createdAt } = row;
  const flyer = Picture.served({ kind: "flyer", id: eventId }, row.picture);
  return {
    eventId,
    creativeId,
    title,
    ...(venue ? { venue } : {}),
    ...(startsAt ? { startsAt } : {}),
    ...(endsAt ? { endsAt } : {}),
    opensAt,
    closesAt,
    contentTypes: row.contentTypes as Info["contentTypes"],
    videoBytes,
    videoDurationMs,
    imageBytes,
    uploadsPerFan,
    ...(row.review ? { review: true } : {}),
    ...(flyer ? { flyer } : {}),
    createdAt,
  };
}
