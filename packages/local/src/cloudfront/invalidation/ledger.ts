import { AwsError, type World } from "../../world.ts";
import { type Batch, checkRoom } from "./batch.ts";

/** An invalidation that was made. */
export interface Invalidation extends Batch {
  id: string;
  createdAtMs: number;
  /** In progress until then. */
  completeAtMs: number;
}

/**
 * How long an invalidation is in progress. On AWS it takes seconds to minutes; this is short enough to wait for on a
 * laptop, and long enough to expose a client that expects the edge to forget at once, or that sends too many at a time.
 */
export const IN_PROGRESS_MS = 5000;

interface Row {
  id: string;
  createdAtMs: number;
  callerReference: string;
  paths: string;
}

const COLUMNS = "id, created_at_ms AS createdAtMs, caller_reference AS callerReference, paths";

/** The invalidations of all distributions, kept across restarts for the sake of their caller references. */
export class Ledger {
  readonly #world: World;
  readonly #inProgressMs: number;

  constructor(world: World, inProgressMs = IN_PROGRESS_MS) {
    this.#world = world;
    this.#inProgressMs = inProgressMs;
    world.store.exec(`CREATE TABLE IF NOT EXISTS cloudfront_invalidations (
      serial INTEGER PRIMARY KEY, distribution TEXT NOT NULL, id TEXT NOT NULL, created_at_ms INTEGER NOT NULL,
      caller_reference TEXT NOT NULL, paths TEXT NOT NULL, UNIQUE (distribution, caller_reference), UNIQUE (distribution, id));
      CREATE INDEX IF NOT EXISTS cloudfront_invalidations_in_progress ON cloudfront_invalidations (distribution, created_at_ms)`);
  }

  /**
   * Records a batch, if there is room for it. The same reference and paths again are the same invalidation; other paths
   * are an error.
   */
  record(distributionId: string, batch: Batch): { invalidation: Invalidation; repeated: boolean } {
    const earlier = this.#find(distributionId, "caller_reference", batch.callerReference);
    if (earlier) {
      if (JSON.stringify([...earlier.paths].sort()) === JSON.stringify([...batch.paths].sort())) {
        return { invalidation: earlier, repeated: true };
      }
      const message = "Your request contains a caller reference that was used for a previous invalidation batch.";
      throw new AwsError("InvalidationBatchAlreadyExists", message);
    }
    checkRoom(
      batch.paths,
      this.inProgress(distributionId).flatMap(({ paths }) => paths),
    );
    const id = `I${this.#world.uuid().replaceAll("-", "").toUpperCase().slice(-25)}`;
    const createdAtMs = this.#world.clock.now();
    this.#world.store.run(
      "INSERT INTO cloudfront_invalidations (distribution, id, created_at_ms, caller_reference, paths) VALUES (?, ?, ?, ?, ?)",
      distributionId,
      id,
      createdAtMs,
      batch.callerReference,
      JSON.stringify(batch.paths),
    );
    return {
      invalidation: this.#read({ ...batch, id, createdAtMs, paths: JSON.stringify(batch.paths) }),
      repeated: false,
    };
  }

  get(distributionId: string, id: string): Invalidation | undefined {
    return this.#find(distributionId, "id", id);
  }

  /** What is not complete yet. Only its age tells, so a restart changes nothing: the edge starts empty anyway. */
  inProgress(distributionId: string): Invalidation[] {
    const sql = `SELECT ${COLUMNS} FROM cloudfront_invalidations WHERE distribution = ? AND created_at_ms > ?`;
    return this.#world.store
      .all<Row>(sql, distributionId, this.#world.clock.now() - this.#inProgressMs)
      .map((row) => this.#read(row));
  }

  /** Newest first, from behind `marker` on; one more than `count` tells that there are more. */
  list(distributionId: string, marker: string | undefined, count: number): Invalidation[] {
    return this.#world.store
      .all<Row>(
        `SELECT ${COLUMNS} FROM cloudfront_invalidations WHERE distribution = ? AND serial <
           COALESCE((SELECT serial FROM cloudfront_invalidations WHERE distribution = ? AND id = ?), 9e15)
         ORDER BY serial DESC LIMIT ?`,
        distributionId,
        distributionId,
        marker ?? "",
        count,
      )
      .map((row) => this.#read(row));
  }

  #find(distributionId: string, column: "id" | "caller_reference", value: string): Invalidation | undefined {
    const sql = `SELECT ${COLUMNS} FROM cloudfront_invalidations WHERE distribution = ? AND ${column} = ?`;
    const row = this.#world.store.get<Row>(sql, distributionId, value);
    return row && this.#read(row);
  }

  #read({ paths, ...row }: Row): Invalidation {
    return { ...row, completeAtMs: row.createdAtMs + this.#inProgressMs, paths: JSON.parse(paths) as string[] };
  }
}
