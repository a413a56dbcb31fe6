import { record } from "../disk/record.ts";
import { AwsError, type World } from "../world.ts";
import { isThrottled } from "./concurrency.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** Lambda waits one minute before the first retry of a failed asynchronous event and two before the second. */
const RETRY_MS = [MINUTE, 2 * MINUTE];
/**
 * Throttled events wait from one second to five minutes, and for six hours in all; these are no attempts (AWS: same
 * page).
 */
const THROTTLED_MS = { first: SECOND, longest: 5 * MINUTE };
const LONGEST_AGE_MS = 6 * 60 * MINUTE;

interface Row {
  request_id: string;
  function_name: string;
  payload: string;
  attempts: number;
  next_ms: number;
  queued_ms: number;
  throttles: number;
}

/** Runs one queued event; resolves with the function's error, if any. */
export type RunEvent = (functionName: string, payload: string, requestId: string) => Promise<{ error?: string }>;

/**
 * Takes an event that is given up, with the attributes Lambda gives a dead letter; in the transaction that forgets it.
 */
export type GiveUp = (functionName: string, payload: string, attributes: DeadLetterAttributes) => void;

/** AWS Lambda developer guide, dead-letter queues. */
export type DeadLetterAttributes = Record<"RequestID" | "ErrorCode" | "ErrorMessage", string>;

/** Events invoked asynchronously, kept in the store until they succeeded, failed for the third time or grew too old. */
export class AsyncQueue {
  readonly #world: World;
  readonly #run: RunEvent;
  readonly #giveUp: GiveUp;
  readonly #running = new Set<string>();
  readonly #stopped = new AbortController();

  constructor(world: World, run: RunEvent, giveUp: GiveUp) {
    this.#world = world;
    this.#run = run;
    this.#giveUp = giveUp;
    world.store.exec(`CREATE TABLE IF NOT EXISTS lambda_async (
      request_id TEXT PRIMARY KEY, function_name TEXT NOT NULL, payload TEXT NOT NULL,
      attempts INTEGER NOT NULL, next_ms INTEGER NOT NULL) STRICT`);
    this.#extend();
  }

  /** Takes up what the last run of the local cloud left. */
  resume() {
    for (const row of this.#world.store.all<Row>("SELECT * FROM lambda_async ORDER BY rowid")) this.#schedule(row);
  }

  /** Durable when it returns, within the caller's transaction when there is one. */
  add(functionName: string, payload: string, requestId: string) {
    const { store, clock } = this.#world;
    const now = clock.now();
    const first = { attempts: 0, next_ms: now, queued_ms: now, throttles: 0 };
    const row = { request_id: requestId, function_name: functionName, payload, ...first };
    const sql = `INSERT INTO lambda_async (request_id, function_name, payload, attempts, next_ms, queued_ms, throttles)
      VALUES (?, ?, ?, 0, ?, ?, 0)`;
    store.run(sql, requestId, functionName, payload, now, now);
    this.#world.metrics.put("AWS/Lambda", "AsyncEventsReceived", { FunctionName: functionName }, 1);
    store.afterCommit(() => this.#schedule(row));
  }

  stop() {
    this.#stopped.abort();
  }

  /** Data of earlier versions know no throttling. */
  #extend() {
    const { store, clock } = this.#world;
    const columns = store.all<{ name: string }>("PRAGMA table_info(lambda_async)");
    if (columns.some(({ name }) => name === "throttles")) return;
    store.transaction(() => {
      store.run(`ALTER TABLE lambda_async ADD COLUMN queued_ms INTEGER NOT NULL DEFAULT ${clock.now()}`);
      store.run("ALTER TABLE lambda_async ADD COLUMN throttles INTEGER NOT NULL DEFAULT 0");
    });
  }

  #schedule(row: Row) {
    if (this.#running.has(row.request_id) || this.#stopped.signal.aborted) return;
    this.#running.add(row.request_id);
    this.#work(row).catch((error: Error) => {
      if (this.#stopped.signal.aborted) return;
      const message = `the asynchronous event ${row.request_id} waits for the next start: ${error.message}`;
      this.#world.log({ service: "lambda", level: "error", message });
    });
  }

  async #work(row: Row) {
    const { clock, store } = this.#world;
    const { disk } = store;
    const { signal } = this.#stopped;
    const { function_name, payload, request_id, queued_ms } = row;
    for (let { attempts, throttles, next_ms } = row; ; ) {
      const wait = clock.sleep(next_ms - clock.now(), signal).catch(() => undefined);
      if (next_ms > clock.now()) await wait;
      if (signal.aborted) return;
      const mark = disk.mark();
      const failure = await this.#attempt(function_name, payload, request_id);
      if (signal.aborted) return;
      if (failure && disk.failedSince(mark)) {
        // Not the event's failure: it is run again, uncounted, when there is room.
        await disk.room(signal);
        continue;
      }
      let delay: number | undefined;
      if (failure?.throttled) {
        delay = Math.min(THROTTLED_MS.first * 2 ** throttles, THROTTLED_MS.longest);
        if (clock.now() + delay > queued_ms + LONGEST_AGE_MS) delay = undefined;
        else throttles++;
      } else if (failure) delay = RETRY_MS[attempts++];
      if (delay === undefined) {
        await record(disk, () => store.transaction(() => this.#end(row, failure, attempts)), signal);
        this.#running.delete(request_id);
        return;
      }
      next_ms = clock.now() + delay;
      const sql = "UPDATE lambda_async SET attempts = ?, throttles = ?, next_ms = ? WHERE request_id = ?";
      await record(disk, () => store.run(sql, attempts, throttles, next_ms, request_id), signal);
    }
  }

  /** Removes an event that is done, or is given up. */
  #end({ request_id, function_name, payload }: Row, failure: Failure | undefined, attempts: number) {
    const { store, log, metrics } = this.#world;
    store.run("DELETE FROM lambda_async WHERE request_id = ?", request_id);
    if (!failure) return;
    const { message: error, throttled } = failure;
    const what = throttled ? `was throttled for ${LONGEST_AGE_MS / MINUTE / 60} hours` : `failed ${attempts} times`;
    const message = `${function_name} ${what}; the asynchronous event ${request_id} is given up`;
    log({ service: "lambda", level: "error", message, error });
    metrics.put("AWS/Lambda", "AsyncEventsDropped", { FunctionName: function_name }, 1);
    try {
      const ErrorCode = throttled ? "429" : "200";
      this.#giveUp(function_name, payload, { RequestID: request_id, ErrorCode, ErrorMessage: error });
    } catch (refused) {
      // Lambda reports a dead letter that cannot be sent only in its metrics; here it is logged too.
      metrics.put("AWS/Lambda", "DeadLetterErrors", { FunctionName: function_name }, 1);
      log({ service: "lambda", level: "error", message: `no dead letter for ${request_id}: ${String(refused)}` });
    }
  }

  /** How one attempt failed; undefined when it succeeded, or when retrying cannot help. */
  async #attempt(functionName: string, payload: string, requestId: string): Promise<Failure | undefined> {
    try {
      const { error } = await this.#run(functionName, payload, requestId);
      return error === undefined ? undefined : { message: error, throttled: false };
    } catch (error) {
      // The function is not part of the cloud any more: retrying cannot help it.
      if (error instanceof AwsError && error.code === "ResourceNotFoundException") {
        this.#world.log({ service: "lambda", level: "error", message: error.message });
        return undefined;
      }
      return { message: error instanceof Error ? error.message : String(error), throttled: isThrottled(error) };
    }
  }
}

/** How an attempt failed; throttling does not count as a failure of the function. */
interface Failure {
  message: string;
  throttled: boolean;
}
