import type { Store } from "../store.ts";
import type { Algorithm, ChecksumType } from "./checksums.ts";
import type { Described } from "./objects.ts";

/** A multipart upload that is neither completed nor aborted. */
export interface Upload extends Described {
  uploadId: string;
  bucket: string;
  key: string;
  initiatedMs: number;
  /** What its client asked for; S3 computes CRC64NVME of the whole when that is nothing. */
  algorithm?: Algorithm;
  checksumType: ChecksumType;
  initiator: string;
}

export interface Part {
  partNumber: number;
  bodyId: string;
  bytes: number;
  /** Without quotes. */
  etag: string;
  modifiedMs: number;
  /** Base64, of the upload's algorithm. */
  checksum: string;
}

/** What a completed upload answered, kept so that a repeated CompleteMultipartUpload answers the same. */
export interface Completed {
  bucket: string;
  key: string;
  /** Fingerprint of the list of parts. */
  parts: string;
  etag: string;
  answer: string;
}

interface PartRow {
  part_number: number;
  body_id: string;
  bytes: number;
  etag: string;
  modified_ms: number;
  checksum: string;
}

export class Uploads {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
    store.exec(`
      CREATE TABLE IF NOT EXISTS s3_uploads (
        upload_id TEXT PRIMARY KEY, bucket TEXT NOT NULL, key TEXT NOT NULL, initiated_ms INTEGER NOT NULL, upload TEXT NOT NULL
      );
      CREATE INDEX IF NOT EXISTS s3_uploads_by_key ON s3_uploads (bucket, key, initiated_ms, upload_id);
      CREATE TABLE IF NOT EXISTS s3_parts (
        upload_id TEXT NOT NULL REFERENCES s3_uploads ON DELETE CASCADE, part_number INTEGER NOT NULL, body_id TEXT NOT NULL,
        bytes INTEGER NOT NULL, etag TEXT NOT NULL, modified_ms INTEGER NOT NULL, checksum TEXT NOT NULL,
        PRIMARY KEY (upload_id, part_number)
      ) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS s3_completed (
        upload_id TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, completed TEXT NOT NULL
      );
    `);
  }

  create(upload: Upload) {
    const { uploadId, bucket, key, initiatedMs } = upload;
    this.#store.run(
      "INSERT INTO s3_uploads VALUES (?, ?, ?, ?, ?)",
      uploadId,
      bucket,
      key,
      initiatedMs,
      JSON.stringify(upload),
    );
  }

  find(bucket: string, key: string, uploadId: string): Upload | undefined {
    const sql = "SELECT upload FROM s3_uploads WHERE upload_id = ? AND bucket = ? AND key = ?";
    const row = this.#store.get<{ upload: string }>(sql, uploadId, bucket, key);
    return row && JSON.parse(row.upload);
  }

  /** Its parts go with it; their files are the caller's. */
  delete(uploadId: string) {
    this.#store.run("DELETE FROM s3_uploads WHERE upload_id = ?", uploadId);
  }

  /** Uploads of a bucket by key, then by age. */
  list(bucket: string, prefix: string): Upload[] {
    const sql = "SELECT upload FROM s3_uploads WHERE bucket = ? AND key >= ? ORDER BY key, initiated_ms, upload_id";
    const uploads = this.#store
      .all<{ upload: string }>(sql, bucket, prefix)
      .map((row) => JSON.parse(row.upload) as Upload);
    return uploads.filter(({ key }) => key.startsWith(prefix));
  }

  putPart(uploadId: string, { partNumber, bodyId, bytes, etag, modifiedMs, checksum }: Part) {
    this.#store.run(
      "INSERT OR REPLACE INTO s3_parts VALUES (?, ?, ?, ?, ?, ?, ?)",
      ...[uploadId, partNumber, bodyId, bytes, etag, modifiedMs, checksum],
    );
  }

  /** Parts in order, those above `after`. */
  parts(uploadId: string, after = 0, limit = -1): Part[] {
    const sql = "SELECT * FROM s3_parts WHERE upload_id = ? AND part_number > ? ORDER BY part_number LIMIT ?";
    return this.#store.all<PartRow>(sql, uploadId, after, limit).map(fromRow);
  }

  part(uploadId: string, partNumber: number): Part | undefined {
    return this.parts(uploadId, partNumber - 1, 1).find((part) => part.partNumber === partNumber);
  }

  remember(uploadId: string, atMs: number, completed: Completed) {
    this.#store.run("INSERT OR REPLACE INTO s3_completed VALUES (?, ?, ?)", uploadId, atMs, JSON.stringify(completed));
  }

  completed(uploadId: string): Completed | undefined {
    const row = this.#store.get<{ completed: string }>(
      "SELECT completed FROM s3_completed WHERE upload_id = ?",
      uploadId,
    );
    return row && JSON.parse(row.completed);
  }

  forgetCompleted(beforeMs: number) {
    this.#store.run("DELETE FROM s3_completed WHERE at_ms < ?", beforeMs);
  }

  bodyIds(): string[] {
    return this.#store.all<{ body_id: string }>("SELECT body_id FROM s3_parts").map((row) => row.body_id);
  }
}

function fromRow({ part_number, body_id, bytes, etag, modified_ms, checksum }: PartRow): Part {
  return { partNumber: part_number, bodyId: body_id, bytes, etag, modifiedMs: modified_ms, checksum };
}
