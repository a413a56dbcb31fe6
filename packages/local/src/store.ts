import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";

type Value = string | number | bigint | null | Uint8Array;
type Row = Record<string, SQLOutputValue>;

/**
 * What the local cloud must not lose, in one SQLite file: object metadata, events not yet delivered, executions, jobs.
 * One file, so that "object stored and its event queued" is one transaction. What `transaction` committed is on disk.
 */
export class Store {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, ReturnType<DatabaseSync["prepare"]>>();
  readonly #freezing = new AbortController();
  #depth = 0;
  #committed: (() => void)[] = [];

  /** `file` may be `:memory:`. */
  constructor(file: string) {
    if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true });
    this.#db = new DatabaseSync(file);
    this.#db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");
  }

  /** For `CREATE TABLE IF NOT EXISTS …`; each service prefixes its tables with its own name. */
  exec(sql: string) {
    this.#freezing.signal.throwIfAborted();
    this.#db.exec(sql);
  }

  run(sql: string, ...values: Value[]): { changes: number; lastInsertRowid: number } {
    this.#freezing.signal.throwIfAborted();
    const { changes, lastInsertRowid } = this.#prepare(sql).run(...values);
    return { changes: Number(changes), lastInsertRowid: Number(lastInsertRowid) };
  }

  get<T = Row>(sql: string, ...values: Value[]): T | undefined {
    return this.#prepare(sql).get(...values) as T | undefined;
  }

  all<T = Row>(sql: string, ...values: Value[]): T[] {
    return this.#prepare(sql).all(...values) as T[];
  }

  /** Runs `work` in one transaction; a nested call joins the outer one. Synchronous: nothing else runs in between. */
  transaction<T>(work: () => T): T {
    if (this.#depth > 0) return work();
    this.#freezing.signal.throwIfAborted();
    this.#db.exec("BEGIN IMMEDIATE");
    this.#depth++;
    let result: T;
    try {
      result = work();
      this.#db.exec("COMMIT");
    } catch (error) {
      this.#committed = [];
      this.#db.exec("ROLLBACK");
      throw error;
    } finally {
      this.#depth--;
    }
    for (const hook of this.#committed.splice(0)) hook();
    return result;
  }

  /** Runs `hook` once the running transaction is on disk; at once when none is running. */
  afterCommit(hook: () => void) {
    if (this.#depth > 0) this.#committed.push(hook);
    else hook();
  }

  /** Aborts when the store is frozen. */
  get frozen(): AbortSignal {
    return this.#freezing.signal;
  }

  /**
   * Writes nothing any more, whoever asks: what is under way comes to nothing, as if the power had failed now. What was
   * written before can still be read.
   */
  freeze() {
    this.#freezing.abort(new Error("the local cloud stops: nothing is recorded any more"));
    // A query that writes, too.
    this.#db.exec("PRAGMA query_only = ON");
  }

  close() {
    this.#db.close();
  }

  #prepare(sql: string) {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
