import type { Job as SdkJob } from "@aws-sdk/client-mediaconvert";
import type { Store } from "../../store.ts";
import type { Principal } from "../../world.ts";

/** A job with MediaConvert's own member names; times are seconds since the epoch, as on the wire. */
export interface Job extends Omit<SdkJob, "CreatedAt" | "Timing" | "LastShareDetails"> {
  Id: string;
  Arn: string;
  Status: "SUBMITTED" | "PROGRESSING" | "COMPLETE" | "CANCELED" | "ERROR";
  Queue: string;
  CreatedAt: number;
  Timing: { SubmitTime: number; StartTime?: number; FinishTime?: number };
}

/** Data kept beside the job itself. */
export interface JobRecord {
  job: Job;
  tags: Record<string, string>;
  /** The principal that the job acts as in S3. */
  principal: Principal;
  /** Process id of the ffmpeg that ran last. */
  pid: number | null;
}

interface Row {
  document: string;
  tags: string;
  principal: string;
  pid: number | null;
}

export interface ListFilter {
  status?: string;
  queue?: string;
  newestFirst: boolean;
  /** Sequence number of the last job of the page before. */
  after?: number;
  limit: number;
}

export const isOver = (job: Job) => job.Status !== "SUBMITTED" && job.Status !== "PROGRESSING";

/** The jobs in the store. */
export class Jobs {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
    store.exec(`
      CREATE TABLE IF NOT EXISTS mediaconvert_jobs (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        status TEXT NOT NULL,
        queue TEXT NOT NULL,
        priority INTEGER NOT NULL,
        document TEXT NOT NULL,
        tags TEXT NOT NULL,
        principal TEXT NOT NULL,
        pid INTEGER
      );
      CREATE INDEX IF NOT EXISTS mediaconvert_jobs_by_status ON mediaconvert_jobs (status, priority DESC, sequence);
      CREATE TABLE IF NOT EXISTS mediaconvert_tokens (
        token TEXT PRIMARY KEY,
        job_id TEXT NOT NULL,
        request TEXT NOT NULL,
        created_ms INTEGER NOT NULL
      );
    `);
  }

  insert({ job, tags, principal }: JobRecord) {
    this.#store.run(
      "INSERT INTO mediaconvert_jobs (id, status, queue, priority, document, tags, principal) VALUES (?, ?, ?, ?, ?, ?, ?)",
      job.Id,
      job.Status,
      job.Queue,
      job.Priority ?? 0,
      JSON.stringify(job),
      JSON.stringify(tags),
      JSON.stringify(principal),
    );
  }

  find(id: string): JobRecord | undefined {
    const row = this.#store.get<Row>("SELECT * FROM mediaconvert_jobs WHERE id = ?", id);
    return row && recordOf(row);
  }

  /** False when the job is over in the store: it may have been canceled meanwhile, and that stands. */
  save(job: Job): boolean {
    const { changes } = this.#store.run(
      "UPDATE mediaconvert_jobs SET status = ?, document = ? WHERE id = ? AND status IN ('SUBMITTED', 'PROGRESSING')",
      job.Status,
      JSON.stringify(job),
      job.Id,
    );
    return changes === 1;
  }

  savePid(id: string, pid: number | null) {
    this.#store.run("UPDATE mediaconvert_jobs SET pid = ? WHERE id = ?", pid, id);
  }

  /** The waiting job whose turn it is: highest priority, then oldest. */
  next(): JobRecord | undefined {
    const row = this.#store.get<Row>(
      "SELECT * FROM mediaconvert_jobs WHERE status = 'SUBMITTED' ORDER BY priority DESC, sequence LIMIT 1",
    );
    return row && recordOf(row);
  }

  /** Jobs that were being worked on, by this process or one before it. */
  progressing(): JobRecord[] {
    return this.#store
      .all<Row>("SELECT * FROM mediaconvert_jobs WHERE status = 'PROGRESSING' ORDER BY sequence")
      .map(recordOf);
  }

  /** A page of jobs; `next` is where the following page begins, undefined at the end. */
  list({ status, queue, newestFirst, after, limit }: ListFilter): { jobs: JobRecord[]; next?: number } {
    const conditions: string[] = [];
    const values: (string | number)[] = [];
    const add = (condition: string, value: string | number | undefined) => {
      if (value === undefined) return;
      conditions.push(condition);
      values.push(value);
    };
    add("status = ?", status);
    add("queue = ?", queue);
    add(newestFirst ? "sequence < ?" : "sequence > ?", after);
    const where = conditions.length > 0 ? `WHERE ${conditions.join(" AND ")}` : "";
    const order = newestFirst ? "DESC" : "ASC";
    const sql = `SELECT * FROM mediaconvert_jobs ${where} ORDER BY sequence ${order} LIMIT ?`;
    const rows = this.#store.all<Row & { sequence: number }>(sql, ...values, limit + 1);
    const page = rows.slice(0, limit);
    return { jobs: page.map(recordOf), next: rows.length > limit ? page.at(-1)!.sequence : undefined };
  }

  /** The job an earlier request with this token made, and that request; tokens older than `sinceMs` are forgotten. */
  findToken(token: string, sinceMs: number): { jobId: string; request: string } | undefined {
    this.#store.run("DELETE FROM mediaconvert_tokens WHERE created_ms < ?", sinceMs);
    const row = this.#store.get<{ job_id: string; request: string }>(
      "SELECT * FROM mediaconvert_tokens WHERE token = ?",
      token,
    );
    return row && { jobId: row.job_id, request: row.request };
  }

  saveToken(token: string, jobId: string, request: string, nowMs: number) {
    this.#store.run("INSERT INTO mediaconvert_tokens VALUES (?, ?, ?, ?)", token, jobId, request, nowMs);
  }
}

const recordOf = (row: Row): JobRecord => ({
  job: JSON.parse(row.document),
  tags: JSON.parse(row.tags),
  principal: JSON.parse(row.principal),
  pid: row.pid,
});
