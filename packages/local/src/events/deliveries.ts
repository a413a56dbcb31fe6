import { StorageError } from "../disk/fault.ts";
import type { BusEvent, QueueSender } from "../ports.ts";
import type { World } from "../world.ts";
import { backoffMs } from "./backoff.ts";
import { report } from "./metrics.ts";
import type { CompiledRule, CompiledTarget } from "./rules.ts";
import { servicePrincipal } from "./target/deliver.ts";
import { type Failure, failureOf } from "./target/failure.ts";

const SECOND = 1000;
const BATCH = 50;
/** Before another attempt when the store itself failed, as it does on a full disk. */
const DISK_PAUSE_MS = 5_000;

interface Row {
  id: number;
  rule: string;
  target: string;
  event: string;
  received_ms: number;
  retries: number;
  next_ms: number;
}

/** Matched events on their way to their targets, kept in the store until they are handed over or given up. */
export class Deliveries {
  readonly #world: World;
  readonly #rules: Map<string, CompiledRule>;
  readonly #queues: QueueSender;
  readonly #random: () => number;
  readonly #stopped = new AbortController();
  #wake: AbortController | undefined;
  #running = false;

  constructor(world: World, rules: CompiledRule[], queues: QueueSender, random: () => number) {
    this.#world = world;
    this.#rules = new Map(rules.map((compiled) => [compiled.rule.name, compiled]));
    this.#queues = queues;
    this.#random = random;
    world.store.exec(`CREATE TABLE IF NOT EXISTS events_deliveries (
      id INTEGER PRIMARY KEY, rule TEXT NOT NULL, target TEXT NOT NULL, event TEXT NOT NULL,
      received_ms INTEGER NOT NULL, retries INTEGER NOT NULL, next_ms INTEGER NOT NULL) STRICT;
      CREATE INDEX IF NOT EXISTS events_deliveries_by_time ON events_deliveries (next_ms)`);
  }

  /** Takes a delivery in, within the caller's transaction when there is one. */
  add(rule: CompiledRule, event: BusEvent) {
    const { store, clock } = this.#world;
    const sql =
      "INSERT INTO events_deliveries (rule, target, event, received_ms, retries, next_ms) VALUES (?, ?, ?, ?, 0, ?)";
    const now = clock.now();
    const text = JSON.stringify(event);
    report(this.#world, rule.rule, "TriggeredRules");
    if (rule.rule.pattern) report(this.#world, rule.rule, "MatchedEvents");
    for (const { target } of rule.targets) store.run(sql, rule.rule.name, target.id, text, now, now);
  }

  /** Delivers what is due and goes on until nothing is left to wait for. */
  dispatch() {
    this.#wake?.abort();
    if (this.#running || this.#stopped.signal.aborted) return;
    this.#running = true;
    void this.#run();
  }

  stop() {
    this.#stopped.abort();
    this.#wake?.abort();
  }

  async #run() {
    const { clock } = this.#world;
    // After the code that published: a target must not run inside of the service that raised the event.
    await new Promise((resolve) => setImmediate(resolve));
    while (!this.#stopped.signal.aborted) {
      const wait = this.#step();
      if (wait === undefined) break;
      this.#wake = new AbortController();
      await (wait > 0
        ? clock.sleep(wait, this.#wake.signal).catch(() => undefined)
        : new Promise((resolve) => setImmediate(resolve)));
      this.#wake = undefined;
    }
    this.#running = false;
  }

  /** Delivers a batch; the milliseconds until the next, undefined when nothing is left. */
  #step(): number | undefined {
    const { store, clock } = this.#world;
    try {
      if (this.#deliverDue() > 0) return 0;
      const next = store.get<{ at: number | null }>("SELECT min(next_ms) AS at FROM events_deliveries")?.at;
      return next == null ? undefined : next - clock.now();
    } catch (error) {
      // The disk has reported it itself, once.
      if (!(error instanceof StorageError))
        this.#log("error", `deliveries could not be written: ${(error as Error).message}`);
      return DISK_PAUSE_MS;
    }
  }

  /** Attempts what is due, a batch in one transaction: a burst costs one write to disk for many deliveries. */
  #deliverDue(): number {
    const { store, clock } = this.#world;
    const sql = "SELECT * FROM events_deliveries WHERE next_ms <= ? ORDER BY next_ms, id LIMIT ?";
    const due = store.all<Row>(sql, clock.now(), BATCH);
    if (due.length > 0) {
      store.transaction(() => {
        for (const row of due) this.#attempt(row);
      });
    }
    return due.length;
  }

  #attempt(row: Row) {
    const compiled = this.#rules.get(row.rule);
    const target = compiled?.targets.find((candidate) => candidate.target.id === row.target);
    if (!compiled || !target) {
      this.#log("warn", `the target ${row.target} of rule ${row.rule} is gone; its event is dropped`);
      return this.#remove(row);
    }
    const { store, clock } = this.#world;
    const tooOldMs = row.received_ms + target.target.maximumEventAgeSeconds * SECOND;
    store.exec("SAVEPOINT delivery");
    try {
      // In one transaction: the target has the event exactly when it is no longer ours to deliver.
      target.deliver(target.target, target.input(JSON.parse(row.event)));
      this.#remove(row);
      store.exec("RELEASE delivery");
      report(this.#world, compiled.rule, "Invocations");
    } catch (error) {
      // Takes back what the target had written when it failed, and only that.
      store.exec("ROLLBACK TO delivery; RELEASE delivery");
      const failure = failureOf(error);
      this.#log(
        "warn",
        `rule ${row.rule} could not deliver to ${target.target.arn}: ${failure.code} ${failure.message}`,
      );
      if (!failure.retriable) return this.#giveUp(row, compiled, target, failure);
      if (row.retries >= target.target.maximumRetryAttempts) {
        return this.#giveUp(row, compiled, target, failure, "MaximumRetryAttempts");
      }
      const next = Math.ceil(clock.now() + backoffMs(row.retries + 1, this.#random));
      if (next > tooOldMs) return this.#giveUp(row, compiled, target, failure, "MaximumEventAgeInSeconds");
      store.run("UPDATE events_deliveries SET retries = ?, next_ms = ? WHERE id = ?", row.retries + 1, next, row.id);
    }
  }

  /** The event as it came, to the target's dead-letter queue when it has one. */
  #giveUp(row: Row, { rule }: CompiledRule, { target }: CompiledTarget, failure: Failure, exhausted?: string) {
    const attributes = {
      RULE_ARN: rule.arn,
      TARGET_ARN: target.arn,
      ERROR_CODE: failure.code,
      ERROR_MESSAGE: failure.message || failure.code,
      RETRY_ATTEMPTS: String(row.retries),
      ...(exhausted ? { EXHAUSTED_RETRY_CONDITION: exhausted } : {}),
    };
    const { deadLetterArn } = target;
    report(this.#world, rule, "Invocations");
    report(this.#world, rule, "FailedInvocations");
    try {
      if (deadLetterArn) {
        this.#world.authorize(servicePrincipal(this.#world, rule), "sqs:SendMessage", deadLetterArn);
        this.#queues.send(deadLetterArn, row.event, attributes);
        report(this.#world, rule, "InvocationsSentToDlq");
      }
      const fate = deadLetterArn ? "is in the dead-letter queue" : "is dropped";
      this.#log(
        "error",
        `the event for ${target.arn} of rule ${rule.name} ${fate}: ${failure.code} ${failure.message}`,
      );
    } catch (error) {
      report(this.#world, rule, "InvocationsFailedToBeSentToDlq");
      this.#log("error", `the event for ${target.arn} of rule ${rule.name} is dropped: ${(error as Error).message}`);
    }
    this.#remove(row);
  }

  #remove(row: Row) {
    this.#world.store.run("DELETE FROM events_deliveries WHERE id = ?", row.id);
  }

  #log(level: "warn" | "error", message: string) {
    this.#world.log({ service: "events", level, message });
  }
}
