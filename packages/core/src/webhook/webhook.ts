export * as Webhook from "./webhook.ts";

import type { EntityItem } from "electrodb";
import { type Source, system } from "../ids.ts";
import { DELIVERY_KEPT_MS, DELIVERY_PAUSES_MS, DELIVERY_SLOW_MS } from "../limits.ts";
import { isDone } from "../store/database.ts";
import { DeliveryEntity, WebhookOffEntity } from "../store/delivery.entity.ts";

export type Delivery = Pick<EntityItem<typeof DeliveryEntity>, "id" | "body" | "attempts">;
type Status = EntityItem<typeof DeliveryEntity>["status"];

/** What came of one attempt: `answer` is the status or what went wrong. */
export interface Outcome {
  result: "delivered" | "failed" | "slow" | "gone";
  answer: string;
  ms: number;
}

const ATTEMPTS = DELIVERY_PAUSES_MS.length + 1;
const iso = (ms: number) => new Date(ms).toISOString();
/** When its record is removed, in epoch seconds. */
const expiry = (nowMs: number) => Math.ceil((nowMs + DELIVERY_KEPT_MS) / 1000);
/** When one is looked at again of which `attempts` were begun; also after the last, whose end may have been lost. */
const next = (attempts: number, nowMs: number) =>
  iso(nowMs + (DELIVERY_PAUSES_MS[attempts - 1] ?? DELIVERY_PAUSES_MS[0]!));

/**
 * Takes an event on, to be delivered. Its first attempt counts as begun, unless the webhook is off; undefined then, and
 * where the event was taken before: it may come twice. Safe to repeat.
 */
export async function take(
  { id, body }: { id: string; body: string },
  url: string,
  source: Source = system,
): Promise<Delivery | undefined> {
  const now = source.now();
  const off = await offAt(url);
  const attempts = off && (off.until === undefined || off.until > iso(now)) ? 0 : 1;
  const row = {
    ...{ id, body, attempts, status: "due" as const, createdAt: iso(now) },
    dueAt: attempts === 0 ? iso(now) : next(attempts, now),
    expires: expiry(now),
  };
  const isNew = await isDone(DeliveryEntity.create(row).go());
  return isNew && attempts > 0 ? row : undefined;
}

/** What is to be tried now, what has waited longest first; nothing from a webhook that is gone. */
export async function* due(url: string, source: Source = system): AsyncGenerator<Delivery> {
  const off = await offAt(url);
  if (off && off.until === undefined) return;
  const before = iso(source.now() + 1);
  let cursor: string | null = null;
  do {
    const query = DeliveryEntity.query.byStatus({ status: "due" }).lt({ dueAt: before });
    const found: Awaited<ReturnType<typeof query.go>> = await query.go({ cursor });
    yield* found.data;
    cursor = found.cursor;
  } while (cursor);
}

/**
 * Begins another attempt, which is noted before it is made: whatever breaks down then, it is tried again later. Returns
 * `given-up` when there have been enough, and undefined when someone else works on it.
 */
export async function begin(delivery: Delivery, source: Source = system): Promise<Delivery | "given-up" | undefined> {
  const now = source.now();
  if (delivery.attempts >= ATTEMPTS)
    return (await write(delivery, { status: "given-up", dueAt: iso(now) })) ? "given-up" : undefined;
  const attempts = delivery.attempts + 1;
  const begun = await write(delivery, { status: "due", dueAt: next(attempts, now), attempts });
  return begun ? { ...delivery, attempts } : undefined;
}

/**
 * Notes what came of an attempt, and returns what has become of the delivery. A webhook that is gone is off from now
 * on, and the delivery waits as one that was never tried. One that is too slow gets no new events for some minutes:
 * as many functions as there are events would wait for it.
 */
export async function ended(delivery: Delivery, url: string, outcome: Outcome, source: Source = system) {
  const { result, answer, ms } = outcome;
  const now = iso(source.now());
  const last = { answer, ms, at: now };
  if (result === "gone") {
    // Without `until`, whatever stood there.
    await WebhookOffEntity.put({ url, since: now }).go();
    await write(delivery, { status: "due", dueAt: now, attempts: 0, last });
    return "due";
  }
  if (result === "slow") {
    const until = iso(source.now() + DELIVERY_SLOW_MS);
    const slow = WebhookOffEntity.upsert({ url, since: now, until });
    await isDone(slow.where((row, { exists, notExists }) => `${notExists(row.url)} OR ${exists(row.until)}`).go());
  }
  const status: Status = result === "delivered" ? "delivered" : delivery.attempts >= ATTEMPTS ? "given-up" : "due";
  await (status === "due"
    ? isDone(DeliveryEntity.patch({ id: delivery.id }).set({ last }).go())
    : write(delivery, { status, dueAt: now, last }));
  return status;
}

/** The webhook as operators see it: since when it is off, what waits, and what was given up lately. */
export async function state() {
  const [{ data: off }, waiting, givenUp] = await Promise.all([
    WebhookOffEntity.get({}).go({ consistent: true }),
    of("due"),
    of("given-up"),
  ]);
  return { off: off && off.until === undefined ? off : undefined, waiting, givenUp };
}

/** Turns the webhook on again; false when it was on. What waits is tried within some minutes. */
export const enable = (): Promise<boolean> =>
  isDone(
    WebhookOffEntity.remove({})
      .where((row, { notExists }) => notExists(row.until))
      .go(),
  );

/**
 * Has a delivery that was given up tried again like one that never was, under its own id: a receiver that had it after
 * all can drop it. Returns what it was; only `given-up` was changed. Undefined where there is none. Safe to repeat.
 */
export async function resend(id: string, source: Pick<Source, "now"> = system): Promise<Status | undefined> {
  const { data } = await DeliveryEntity.get({ id }).go({ consistent: true });
  if (data?.status !== "given-up") return data?.status;
  const now = source.now();
  const anew = { status: "due" as const, dueAt: iso(now), attempts: 0, resentAt: iso(now), expires: expiry(now) };
  const change = DeliveryEntity.patch({ id }).set(anew);
  const isChanged = await isDone(change.where((row, { eq }) => eq(row.status, "given-up")).go());
  return isChanged ? "given-up" : "due";
}

/** The row of the webhook at this address, where there is one. */
async function offAt(url: string) {
  const { data } = await WebhookOffEntity.get({}).go({ consistent: true });
  return data?.url === url ? data : undefined;
}

async function of(status: Status) {
  const { data } = await DeliveryEntity.query.byStatus({ status }).go({ pages: "all" });
  return data.map(({ id, attempts, dueAt, last, resentAt, createdAt }) => ({
    ...{ id, attempts, dueAt, last, createdAt },
    ...(resentAt ? { resentAt } : {}),
  }));
}

/** Changes the row while it is as it was read; false when another attempt was faster. */
const write = (
  { id, attempts }: Delivery,
  to: { status: Status; dueAt: string; attempts?: number; last?: { answer: string; ms: number; at: string } },
) =>
  isDone(
    DeliveryEntity.patch({ id })
      .set(to)
      .where((row, { eq }) => `${eq(row.status, "due")} AND ${eq(row.attempts, attempts)}`)
      .go(),
  );
