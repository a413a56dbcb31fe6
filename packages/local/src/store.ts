import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import { Disk, memoryDisk } from "./disk/disk.ts";
import { StorageError } from "./disk/fault.ts";

type Value = string | number | bigint | null | Uint8Array;
type Row = Record<string, SQLOutputValue>;

/**
 * What the local cloud must not lose, in one SQLite file: object metadata, events not yet delivered, executions, jobs.
 * One file, so that "object stored and its event queued" is one transaction. What `transaction` committed is on disk.
 */
export class Store {
  /** Holds the file, and all else the cloud keeps. */
  readonly disk: Disk;
  readonly #file: string;
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, ReturnType<DatabaseSync["prepare"]>>();
  readonly #freezing = new AbortController();
  #depth = 0;
  #committed: (() => void)[] = [];
  /**
   * What the disk did to the running transaction: SQLite may have ended it by then, and it must not go on as single
   * writes.
   */
  #broken: StorageError | undefined;

  /** `file` may be `:memory:`. Throws StorageError when it cannot be written or is damaged. */
  constructor(file: string, disk?: Disk) {
    const inMemory = file === ":memory:";
    if (!inMemory) mkdirSync(dirname(file), { recursive: true });
    this.disk = disk ?? (inMemory ? memoryDisk() : new Disk({ directory: dirname(file) }));
    this.#file = file;
    this.#db = this.#do(() => new DatabaseSync(file));
    try {
      this.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");
    } catch (error) {
      this.#db.close();
      throw error;
    }
    if (!inMemory) this.disk.guard(file);
  }

  /** For `CREATE TABLE IF NOT EXISTS …`; each service prefixes its tables with its own name. */
  exec(sql: string) {
    this.#freezing.signal.throwIfAborted();
    this.#do(() => this.#db.exec(sql));
  }

  run(sql: string, ...values: Value[]): { changes: number; lastInsertRowid: number } {
    this.#freezing.signal.throwIfAborted();
    const { changes, lastInsertRowid } = this.#do(() => this.#prepare(sql).run(...values));
    return { changes: Number(changes), lastInsertRowid: Number(lastInsertRowid) };
  }

  get<T = Row>(sql: string, ...values: Value[]): T | undefined {
    return this.#do(() => this.#prepare(sql).get(...values)) as T | undefined;
  }

  all<T = Row>(sql: string, ...values: Value[]): T[] {
    return this.#do(() => this.#prepare(sql).all(...values)) as T[];
  }

  /**
   * Runs `work` in one transaction; a nested call joins the outer one. Synchronous: nothing else runs in between.
   * Throws StorageError, and keeps nothing, when the disk fails, even if `work` catches that error.
   */
  transaction<T>(work: () => T): T {
    if (this.#depth > 0) return work();
    this.#freezing.signal.throwIfAborted();
    // Left open where the disk could not even take it back.
    this.#rollback();
    this.exec("BEGIN IMMEDIATE");
    this.#depth++;
    let result: T;
    try {
      result = work();
      this.exec("COMMIT");
    } catch (error) {
      this.#committed = [];
      const cause = this.#broken ?? error;
      this.#rollback();
      throw cause;
    } finally {
      this.#depth--;
      this.#broken = undefined;
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
   * Writes nothing any more, for any caller: work in progress is lost, as if the power had failed now. Data written
   * before can still be read.
   */
  freeze() {
    this.#freezing.abort(new Error("the local cloud stops: nothing is recorded any more"));
    // A query that writes, too.
    this.#db.exec("PRAGMA query_only = ON");
  }

  close() {
    this.#db.close();
  }

  /** SQLite rolls back by itself on a full disk; asking it again would be an error, and hide the one that matters. */
  #rollback() {
    if (!this.#db.isTransaction) return;
    try {
      this.#db.exec("ROLLBACK");
    } catch (error) {
      this.disk.blame(error, this.#file);
    }
  }

  /** Turns an error that the disk caused into a StorageError. */
  #do<T>(work: () => T): T {
    if (this.#broken) throw this.#broken;
    try {
      return work();
    } catch (error) {
      const blamed = this.disk.blame(error, this.#file);
      if (blamed instanceof StorageError && this.#depth > 0) this.#broken = blamed;
      throw blamed;
    }
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
