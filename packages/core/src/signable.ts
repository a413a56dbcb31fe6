export * as Signable from "./signable.ts";

/** A role and the tags of its session: they name the directories its policies open. */
export interface Identity {
  roleArn: string;
  tags: Record<string, string>;
}

/** One S3 call as it is to be signed. */
export interface Call {
  method: "GET" | "PUT" | "POST" | "DELETE";
  bucket: string;
  key: string;
  query?: Record<string, string>;
  /** Headers the client sends; all are bound by the signature. */
  headers?: Record<string, string>;
  /** Bytes of the body, bound too; clients set this header by themselves. */
  contentLength?: number;
  partNumber?: number;
}

/** Calls that may be signed, and with whose rights. */
export interface Signable {
  identity: Identity;
  calls: Call[];
}
