import type { Store } from "../store.ts";
import type { Checksum } from "./checksums.ts";
import type { Tags } from "./tags.ts";

/** What a client says of an object beside its bytes, as it is given back with it. */
export interface SystemHeaders {
  "content-type"?: string;
  "cache-control"?: string;
  "content-disposition"?: string;
  "content-encoding"?: string;
  "content-language"?: string;
  expires?: string;
}

export interface Described {
  headers: SystemHeaders;
  /** User metadata, names without `x-amz-meta-`. */
  metadata: Record<string, string>;
  /** Absent where there are none. */
  tags?: Tags;
}

export interface StoredObject extends Described {
  bucket: string;
  key: string;
  /** Id of the file in `Bodies`. */
  bodyId: string;
  bytes: number;
  /** Without quotes. */
  etag: string;
  modifiedMs: number;
  checksum?: Checksum;
  sequencer: string;
}

interface Row {
  bucket: string;
  key: string;
  body_id: string;
  bytes: number;
  etag: string;
  modified_ms: number;
  described: string;
  checksum: string | null;
  sequencer: string;
}

/** The objects' metadata. Keys compare as SQLite compares text: byte by byte in UTF-8, which is S3's order. */
export class Objects {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
    store.exec(`
      CREATE TABLE IF NOT EXISTS s3_objects (
        bucket TEXT NOT NULL, key TEXT NOT NULL, body_id TEXT NOT NULL, bytes INTEGER NOT NULL, etag TEXT NOT NULL,
        modified_ms INTEGER NOT NULL, described TEXT NOT NULL, checksum TEXT, sequencer TEXT NOT NULL,
        PRIMARY KEY (bucket, key)
      ) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS s3_sequence (one INTEGER PRIMARY KEY CHECK (one = 1), last TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS s3_buckets (name TEXT PRIMARY KEY, created_ms INTEGER NOT NULL);
    `);
  }

  find(bucket: string, key: string): StoredObject | undefined {
    const row = this.#store.get<Row>("SELECT * FROM s3_objects WHERE bucket = ? AND key = ?", bucket, key);
    return row && fromRow(row);
  }

  put({ bucket, key, bodyId, bytes, etag, modifiedMs, checksum, sequencer, ...described }: StoredObject) {
    const { headers, metadata, tags } = described;
    this.#store.run(
      "INSERT OR REPLACE INTO s3_objects VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      ...[bucket, key, bodyId, bytes, etag, modifiedMs, JSON.stringify({ headers, metadata, tags })],
      ...[checksum ? JSON.stringify(checksum) : null, sequencer],
    );
  }

  delete(bucket: string, key: string) {
    this.#store.run("DELETE FROM s3_objects WHERE bucket = ? AND key = ?", bucket, key);
  }

  /** Up to `limit` objects in key order, from `from` on (itself included when `inclusive`) and below `below`. */
  range(bucket: string, from: string, inclusive: boolean, below: string | undefined, limit: number): StoredObject[] {
    const start = inclusive ? ">=" : ">";
    const sql = `SELECT * FROM s3_objects WHERE bucket = ? AND key ${start} ?`;
    const rows =
      below === undefined
        ? this.#store.all<Row>(`${sql} ORDER BY key LIMIT ?`, bucket, from, limit)
        : this.#store.all<Row>(`${sql} AND key < ? ORDER BY key LIMIT ?`, bucket, from, below, limit);
    return rows.map(fromRow);
  }

  /** Objects that were written before a moment, for lifecycle rules. */
  olderThan(bucket: string, beforeMs: number): StoredObject[] {
    const sql = "SELECT * FROM s3_objects WHERE bucket = ? AND modified_ms < ?";
    return this.#store.all<Row>(sql, bucket, beforeMs).map(fromRow);
  }

  bodyIds(): string[] {
    return this.#store.all<{ body_id: string }>("SELECT body_id FROM s3_objects").map((row) => row.body_id);
  }

  /** The next sequencer: 16 hex digits, seconds first, always above the last one, over restarts and backward clocks. */
  nextSequencer(nowMs: number): string {
    const last = this.#store.get<{ last: string }>("SELECT last FROM s3_sequence")?.last ?? "0";
    const second = BigInt(Math.floor(nowMs / 1000)) << 32n;
    const now = second | ((BigInt(Math.floor(nowMs % 1000)) << 32n) / 1000n);
    const next = [now, BigInt(`0x${last}`) + 1n].reduce((a, b) => (a > b ? a : b));
    const sequencer = next.toString(16).toUpperCase().padStart(16, "0");
    this.#store.run("INSERT OR REPLACE INTO s3_sequence VALUES (1, ?)", sequencer);
    return sequencer;
  }

  /** When the local cloud first had the bucket. */
  bucketCreatedMs(name: string, nowMs: number): number {
    this.#store.run("INSERT OR IGNORE INTO s3_buckets VALUES (?, ?)", name, nowMs);
    const row = this.#store.get<{ created_ms: number }>("SELECT created_ms FROM s3_buckets WHERE name = ?", name);
    return row?.created_ms ?? nowMs;
  }
}

function fromRow(row: Row): StoredObject {
  const { bucket, key, bytes, etag, sequencer } = row;
  const { headers, metadata, tags } = JSON.parse(row.described) as Described;
  const object = { bucket, key, bytes, etag, sequencer, headers, metadata, ...(tags && { tags }) };
  const checksum = row.checksum === null ? undefined : (JSON.parse(row.checksum) as Checksum);
  return { ...object, bodyId: row.body_id, modifiedMs: row.modified_ms, checksum };
}
