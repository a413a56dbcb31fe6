import { AwsError, type World } from "../../world.ts";
import type { Batch } from "./invalidation.ts";

/** An invalidation that was made. */
export interface Invalidation extends Batch {
  id: string;
  createdAtMs: number;
}

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

  constructor(world: World) {
    this.#world = world;
    world.store.exec(`CREATE TABLE IF NOT EXISTS cloudfront_invalidations (
      serial INTEGER PRIMARY KEY, distribution TEXT NOT NULL, id TEXT NOT NULL, created_at_ms INTEGER NOT NULL,
      caller_reference TEXT NOT NULL, paths TEXT NOT NULL, UNIQUE (distribution, caller_reference), UNIQUE (distribution, id))`);
  }

  /** Records a batch. The same reference and paths again are the same invalidation; other paths are an error. */
  record(distributionId: string, batch: Batch): { invalidation: Invalidation; repeated: boolean } {
    const earlier = this.#find(distributionId, "caller_reference", batch.callerReference);
    if (earlier) {
      if (JSON.stringify([...earlier.paths].sort()) === JSON.stringify([...batch.paths].sort())) {
        return { invalidation: earlier, repeated: true };
      }
      const message = "Your request contains a caller reference that was used for a previous invalidation batch.";
      throw new AwsError("InvalidationBatchAlreadyExists", message);
    }
    const id = `I${this.#world.uuid().replaceAll("-", "").toUpperCase().slice(-25)}`;
    const invalidation = { ...batch, id, createdAtMs: this.#world.clock.now() };
    this.#world.store.run(
      "INSERT INTO cloudfront_invalidations (distribution, id, created_at_ms, caller_reference, paths) VALUES (?, ?, ?, ?, ?)",
      distributionId,
      id,
      invalidation.createdAtMs,
      batch.callerReference,
      JSON.stringify(batch.paths),
    );
    return { invalidation, repeated: false };
  }

  get(distributionId: string, id: string): Invalidation | undefined {
    return this.#find(distributionId, "id", id);
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
      .map(read);
  }

  #find(distributionId: string, column: "id" | "caller_reference", value: string): Invalidation | undefined {
    const sql = `SELECT ${COLUMNS} FROM cloudfront_invalidations WHERE distribution = ? AND ${column} = ?`;
    const row = this.#world.store.get<Row>(sql, distributionId, value);
    return row && read(row);
  }
}

function read({ paths, ...row }: Row): Invalidation {
  return { ...row, paths: JSON.parse(paths) as string[] };
}
