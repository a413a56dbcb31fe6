import { record } from "../disk/record.ts";
import { AwsError, type World } from "../world.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** Lambda waits one minute before the first retry of a failed asynchronous event and two before the second. */
const RETRY_MS = [MINUTE, 2 * MINUTE];

interface Row {
  request_id: string;
  function_name: string;
  payload: string;
  attempts: number;
  next_ms: number;
}

/** Runs one queued event; resolves with the function's error, if any. */
export type RunEvent = (functionName: string, payload: string, requestId: string) => Promise<{ error?: string }>;

/** Takes an event that is given up, with the attributes Lambda gives a dead letter; in the transaction that forgets it. */
export type GiveUp = (functionName: string, payload: string, attributes: DeadLetterAttributes) => void;

/** AWS Lambda developer guide, dead-letter queues. */
export type DeadLetterAttributes = Record<"RequestID" | "ErrorCode" | "ErrorMessage", string>;

/** Events invoked asynchronously, kept in the store until they succeeded or failed for the third time. */
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
  }

  /** Takes up what the last run of the local cloud left. */
  resume() {
    for (const row of this.#world.store.all<Row>("SELECT * FROM lambda_async ORDER BY rowid")) this.#schedule(row);
  }

  /** Durable when it returns, within the caller's transaction when there is one. */
  add(functionName: string, payload: string, requestId: string) {
    const { store, clock } = this.#world;
    const row = { request_id: requestId, function_name: functionName, payload, attempts: 0, next_ms: clock.now() };
    const sql =
      "INSERT INTO lambda_async (request_id, function_name, payload, attempts, next_ms) VALUES (?, ?, ?, ?, ?)";
    store.run(sql, requestId, functionName, payload, row.attempts, row.next_ms);
    store.afterCommit(() => this.#schedule(row));
  }

  stop() {
    this.#stopped.abort();
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
    const { clock, store, log } = this.#world;
    const { disk } = store;
    const { signal } = this.#stopped;
    const { function_name, payload, request_id } = row;
    for (let { attempts, next_ms } = row; ; ) {
      const wait = clock.sleep(next_ms - clock.now(), this.#stopped.signal).catch(() => undefined);
      if (next_ms > clock.now()) await wait;
      if (this.#stopped.signal.aborted) return;
      const mark = disk.mark();
      const error = await this.#attempt(function_name, payload, request_id);
      if (this.#stopped.signal.aborted) return;
      if (error !== undefined && disk.failedSince(mark)) {
        // Not the event's failure: it is run again, uncounted, when there is room.
        await disk.room(signal);
        continue;
      }
      const delay = error === undefined ? undefined : RETRY_MS[attempts];
      if (delay === undefined) {
        const end = () => {
          store.run("DELETE FROM lambda_async WHERE request_id = ?", request_id);
          if (error === undefined) return;
          const message = `${function_name} failed ${attempts + 1} times; the asynchronous event ${request_id} is given up`;
          log({ service: "lambda", level: "error", message, error });
          try {
            this.#giveUp(function_name, payload, { RequestID: request_id, ErrorCode: "200", ErrorMessage: error });
          } catch (refused) {
            // Lambda tells nobody but its metrics when a dead letter cannot be sent; here the log has it.
            log({ service: "lambda", level: "error", message: `no dead letter for ${request_id}: ${String(refused)}` });
          }
        };
        await record(disk, () => store.transaction(end), signal);
        this.#running.delete(request_id);
        return;
      }
      attempts++;
      next_ms = clock.now() + delay;
      const sql = "UPDATE lambda_async SET attempts = ?, next_ms = ? WHERE request_id = ?";
      await record(disk, () => store.run(sql, attempts, next_ms, request_id), signal);
    }
  }

  /** The error of one attempt; undefined when it succeeded, or when retrying cannot help. */
  async #attempt(functionName: string, payload: string, requestId: string): Promise<string | undefined> {
    try {
      return (await this.#run(functionName, payload, requestId)).error;
    } catch (error) {
      // The function is not part of the cloud any more: retrying cannot help it.
      if (error instanceof AwsError && error.code === "ResourceNotFoundException") {
        this.#world.log({ service: "lambda", level: "error", message: error.message });
        return undefined;
      }
      return error instanceof Error ? error.message : String(error);
    }
  }
}
