/** Where the bytes of a file go, as the API told it. */
export interface Transfer {
  uploadId: string;
  mediaId: string;
  /** Whose it is: who signs in as somebody else announces anew. */
  fanId: string;
  method: "put" | "multipart";
}

export interface Job {
  id: string;
  name: string;
  type: string;
  file: Blob;
  transfer: Transfer;
}

/** What the sender tells of a job. After `sent` and `failed` it tells no more. */
export interface Watcher {
  progress(bytes: number): void;
  sent(): void;
  failed(error: unknown): void;
}

export interface Sending {
  pause(): void;
  resume(): void;
  /** Stops for good and tells no more; S3 keeps what it has of it, for whom it belongs to. */
  leave(): void;
  /** Ends it, and gives back what S3 has of it. */
  cancel(): void;
}

/** Sends bytes: several files at a time, each from where S3 says it is. All else is the outbox's. */
export interface Sender {
  send(job: Job, watcher: Watcher): Sending;
}
