import type { Queue } from "@dropclip/synth/cloud";
import type { World } from "../world.ts";
import type { MessageAttributes } from "./md5.ts";

const SECOND = 1000;

export interface Message {
  id: string;
  body: string;
  attributes: MessageAttributes;
  senderId: string;
  sentMs: number;
  receiveCount: number;
  firstReceiveMs: number;
}

interface Row {
  id: string;
  body: string;
  attributes: string;
  sender_id: string;
  sent_ms: number;
  visible_ms: number;
  receive_count: number;
  first_receive_ms: number | null;
}

/** The messages of all queues, in the store. */
export class Messages {
  readonly #world: World;
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(world: World) {
    this.#world = world;
    world.store.exec(`CREATE TABLE IF NOT EXISTS sqs_messages (
      id TEXT PRIMARY KEY, queue TEXT NOT NULL, body TEXT NOT NULL, attributes TEXT NOT NULL, sender_id TEXT NOT NULL,
      sent_ms INTEGER NOT NULL, visible_ms INTEGER NOT NULL, receive_count INTEGER NOT NULL DEFAULT 0,
      first_receive_ms INTEGER) STRICT;
      CREATE INDEX IF NOT EXISTS sqs_messages_by_queue ON sqs_messages (queue, visible_ms)`);
  }

  /** Durable when it returns, within the caller's transaction when there is one. */
  add(queue: Queue, body: string, attributes: MessageAttributes, senderId: string, delaySeconds = 0): string {
    const { store, clock } = this.#world;
    const id = this.#world.uuid();
    const sql =
      "INSERT INTO sqs_messages (id, queue, body, attributes, sender_id, sent_ms, visible_ms) VALUES (?, ?, ?, ?, ?, ?, ?)";
    const visible = clock.now() + delaySeconds * SECOND;
    store.run(sql, id, queue.arn, body, JSON.stringify(attributes), senderId, clock.now(), visible);
    store.afterCommit(() => {
      for (const wake of this.#waiting.get(queue.arn) ?? []) wake();
    });
    return id;
  }

  /** Takes up to `count` visible messages, oldest first, and hides them. */
  take(queue: Queue, count: number, visibilitySeconds: number): Message[] {
    const { store, clock } = this.#world;
    this.#expire(queue);
    return store.transaction(() => {
      const now = clock.now();
      const sql = "SELECT * FROM sqs_messages WHERE queue = ? AND visible_ms <= ? ORDER BY sent_ms, rowid LIMIT ?";
      const hide =
        "UPDATE sqs_messages SET visible_ms = ?, receive_count = receive_count + 1, first_receive_ms = coalesce(first_receive_ms, ?) WHERE id = ?";
      return store.all<Row>(sql, queue.arn, now, count).map((row) => {
        store.run(hide, now + visibilitySeconds * SECOND, now, row.id);
        return {
          id: row.id,
          body: row.body,
          attributes: JSON.parse(row.attributes),
          senderId: row.sender_id,
          sentMs: row.sent_ms,
          receiveCount: row.receive_count + 1,
          firstReceiveMs: row.first_receive_ms ?? now,
        };
      });
    });
  }

  /** Resolves when a message may have become visible, after `ms` at the latest, or when the signal aborts. */
  async wait(queue: Queue, ms: number, signal: AbortSignal) {
    const { store, clock } = this.#world;
    const sql = "SELECT min(visible_ms) AS next FROM sqs_messages WHERE queue = ?";
    const next = store.get<{ next: number | null }>(sql, queue.arn)?.next;
    const pause = next == null ? ms : Math.min(ms, Math.max(0, next - clock.now()));
    const done = new AbortController();
    const waiters = this.#waiting.get(queue.arn) ?? new Set();
    this.#waiting.set(queue.arn, waiters);
    let wake = () => {};
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    waiters.add(wake);
    const timer = clock.sleep(pause, AbortSignal.any([signal, done.signal])).catch(() => undefined);
    await Promise.race([woken, timer]);
    waiters.delete(wake);
    done.abort();
  }

  delete(queue: Queue, id: string) {
    this.#world.store.run("DELETE FROM sqs_messages WHERE queue = ? AND id = ?", queue.arn, id);
  }

  purge(queue: Queue) {
    this.#world.store.run("DELETE FROM sqs_messages WHERE queue = ?", queue.arn);
  }

  /** Hides a message for so long from now; false when it is not in flight. */
  hide(queue: Queue, id: string, seconds: number): boolean {
    const { store, clock } = this.#world;
    const now = clock.now();
    const sql =
      "UPDATE sqs_messages SET visible_ms = ? WHERE queue = ? AND id = ? AND visible_ms > ? AND receive_count > 0";
    const changed = store.run(sql, now + seconds * SECOND, queue.arn, id, now).changes > 0;
    if (changed) for (const wake of this.#waiting.get(queue.arn) ?? []) wake();
    return changed;
  }

  count(queue: Queue): { visible: number; inFlight: number; delayed: number; oldestMs: number | null } {
    this.#expire(queue);
    const now = this.#world.clock.now();
    const sql = `SELECT count(*) FILTER (WHERE visible_ms <= ?) AS visible,
      count(*) FILTER (WHERE visible_ms > ? AND receive_count > 0) AS inFlight,
      count(*) FILTER (WHERE visible_ms > ? AND receive_count = 0) AS delayed, min(sent_ms) AS oldestMs FROM sqs_messages WHERE queue = ?`;
    return this.#world.store.get(sql, now, now, now, queue.arn)!;
  }

  #expire(queue: Queue) {
    const oldest = this.#world.clock.now() - queue.messageRetentionSeconds * SECOND;
    this.#world.store.run("DELETE FROM sqs_messages WHERE queue = ? AND sent_ms < ?", queue.arn, oldest);
  }
}
