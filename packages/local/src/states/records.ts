import { createHash } from "node:crypto";
import type { Store } from "../store.ts";
import type { Run } from "./interpreter/run.ts";
import type { Definition, Execution, HistoryEvent, Status, Thread } from "./types.ts";

const TABLES = `
  CREATE TABLE IF NOT EXISTS states_definitions (hash TEXT PRIMARY KEY, definition TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS states_executions (
    id INTEGER PRIMARY KEY, arn TEXT NOT NULL UNIQUE, machineArn TEXT NOT NULL, machineName TEXT NOT NULL,
    name TEXT NOT NULL, roleArn TEXT NOT NULL, definition TEXT NOT NULL REFERENCES states_definitions (hash),
    status TEXT NOT NULL, startedAt REAL NOT NULL, stoppedAt REAL, input TEXT NOT NULL, output TEXT, error TEXT,
    cause TEXT, redriveCount INTEGER NOT NULL DEFAULT 0, redrivenAt REAL, deadline REAL,
    lastEventId INTEGER NOT NULL DEFAULT 0, serial INTEGER NOT NULL DEFAULT 0);
  CREATE INDEX IF NOT EXISTS states_executions_newest ON states_executions (machineArn, id);
  CREATE INDEX IF NOT EXISTS states_executions_status ON states_executions (status, machineArn, id);
  CREATE TABLE IF NOT EXISTS states_events (
    execution INTEGER NOT NULL, id INTEGER NOT NULL, event TEXT NOT NULL, PRIMARY KEY (execution, id)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS states_threads (
    execution INTEGER NOT NULL, id INTEGER NOT NULL, thread TEXT NOT NULL, PRIMARY KEY (execution, id)) WITHOUT ROWID;`;

/** Which executions to list: newest first, older than `before`. */
export interface Listing {
  machineArn: string;
  status?: Status;
  before?: number;
  limit: number;
}

/** Executions, their histories and the threads they go on with, in the store. */
export class Records {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
    store.exec(TABLES);
  }

  /** Keeps a definition under its hash: an execution goes on with the one it began with. */
  keepDefinition(definition: object): string {
    const text = JSON.stringify(definition);
    const hash = createHash("sha256").update(text).digest("hex");
    this.#store.run("INSERT OR IGNORE INTO states_definitions VALUES (?, ?)", hash, text);
    return hash;
  }

  definition(hash: string): Definition {
    const row = this.#store.get<{ definition: string }>(
      "SELECT definition FROM states_definitions WHERE hash = ?",
      hash,
    );
    return JSON.parse(row!.definition);
  }

  create(execution: Omit<Execution, "id">): Execution {
    const { lastInsertRowid } = this.#store.run(
      `INSERT INTO states_executions (arn, machineArn, machineName, name, roleArn, definition, status, startedAt, input,
       deadline) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      execution.arn,
      execution.machineArn,
      execution.machineName,
      execution.name,
      execution.roleArn,
      execution.definition,
      execution.status,
      execution.startedAt,
      execution.input,
      execution.deadline,
    );
    return { ...execution, id: lastInsertRowid };
  }

  find(arn: string): Execution | undefined {
    return this.#store.get<Execution>("SELECT * FROM states_executions WHERE arn = ?", arn);
  }

  running(): Execution[] {
    return this.#store.all<Execution>("SELECT * FROM states_executions WHERE status = 'RUNNING' ORDER BY id");
  }

  list({ machineArn, status, before = Number.MAX_SAFE_INTEGER, limit }: Listing): Execution[] {
    const filter = status === undefined ? "" : "AND status = ?";
    const values = status === undefined ? [machineArn, before] : [machineArn, before, status];
    return this.#store.all<Execution>(
      `SELECT * FROM states_executions WHERE machineArn = ? AND id < ? ${filter} ORDER BY id DESC LIMIT ?`,
      ...values,
      limit,
    );
  }

  threads(execution: Execution): Thread[] {
    return this.#store
      .all<{ thread: string }>("SELECT thread FROM states_threads WHERE execution = ? ORDER BY id", execution.id)
      .map(({ thread }) => JSON.parse(thread));
  }

  /** Events beyond `after`, or below it in reverse; at most `limit`. */
  history(
    execution: Execution,
    { after, reverse, limit }: { after?: number; reverse: boolean; limit: number },
  ): HistoryEvent[] {
    const rows = reverse
      ? this.#store.all<{ event: string }>(
          "SELECT event FROM states_events WHERE execution = ? AND id < ? ORDER BY id DESC LIMIT ?",
          execution.id,
          after ?? Number.MAX_SAFE_INTEGER,
          limit,
        )
      : this.#store.all<{ event: string }>(
          "SELECT event FROM states_events WHERE execution = ? AND id > ? ORDER BY id LIMIT ?",
          execution.id,
          after ?? 0,
          limit,
        );
    return rows.map(({ event }) => JSON.parse(event));
  }

  /** Writes what changed; the caller's transaction makes events and resumable state one. */
  save(run: Run) {
    const { execution } = run;
    for (const event of run.events) {
      this.#store.run("INSERT INTO states_events VALUES (?, ?, ?)", execution.id, event.id, JSON.stringify(event));
    }
    for (const id of run.removed)
      this.#store.run("DELETE FROM states_threads WHERE execution = ? AND id = ?", execution.id, id);
    for (const id of run.changed) {
      const thread = JSON.stringify(run.threads.get(id));
      this.#store.run("INSERT OR REPLACE INTO states_threads VALUES (?, ?, ?)", execution.id, id, thread);
    }
    if (execution.status === "SUCCEEDED")
      this.#store.run("DELETE FROM states_threads WHERE execution = ?", execution.id);
    this.#store.run(
      `UPDATE states_executions SET status = ?, stoppedAt = ?, output = ?, error = ?, cause = ?, redriveCount = ?,
       redrivenAt = ?, deadline = ?, lastEventId = ?, serial = ? WHERE id = ?`,
      execution.status,
      execution.stoppedAt,
      execution.output,
      execution.error,
      execution.cause,
      execution.redriveCount,
      execution.redrivenAt,
      execution.deadline,
      execution.lastEventId,
      execution.serial,
      execution.id,
    );
  }

  /** Removes executions that ended before `moment`, and definitions that no execution uses. */
  purge(moment: number) {
    const closed = "SELECT id FROM states_executions WHERE status <> 'RUNNING' AND stoppedAt < ?";
    this.#store.transaction(() => {
      this.#store.run(`DELETE FROM states_events WHERE execution IN (${closed})`, moment);
      this.#store.run(`DELETE FROM states_threads WHERE execution IN (${closed})`, moment);
      this.#store.run("DELETE FROM states_executions WHERE status <> 'RUNNING' AND stoppedAt < ?", moment);
      this.#store.run("DELETE FROM states_definitions WHERE hash NOT IN (SELECT definition FROM states_executions)");
    });
  }
}
