import { type Call, parse } from "./caller.ts";
import { Begun, Signed, Upload } from "./schemas.ts";

export interface NewFile {
  name: string;
  type: string;
  bytes: number;
}

export type S3Operation = "PutObject" | "UploadPart" | "ListParts" | "CompleteMultipartUpload";

export interface SignInput {
  mediaId: string;
  operation: S3Operation;
  s3UploadId?: string;
  /** 1 to 100 of them. */
  partNumbers?: number[];
  /** The page of ListParts after this part. */
  partNumberMarker?: number;
}

/** The API calls that sending an upload needs. */
export interface Api {
  /** Repeated with the same key, it makes only one upload. */
  create(eventId: string, idempotencyKey: string, files: NewFile[]): Promise<Upload>;
  /** Begins a file's multipart upload, or names the one in progress. */
  beginMultipart(uploadId: string, mediaId: string): Promise<Begun>;
  sign(uploadId: string, input: SignInput): Promise<Signed>;
  /** The record and its ETag; undefined while its ETag is still `etag`. */
  read(uploadId: string, etag?: string): Promise<{ upload: Upload; etag?: string } | undefined>;
}

export function createApi(call: Call): Api {
  return {
    async create(eventId, idempotencyKey, files) {
      const headers = { "idempotency-key": idempotencyKey };
      return parse(Upload, await call("POST", `/events/${eventId}/uploads`, { headers, body: { files } }));
    },
    async beginMultipart(uploadId, mediaId) {
      return parse(Begun, await call("POST", `/uploads/${uploadId}/media/${mediaId}/multipart`));
    },
    async sign(uploadId, input) {
      return parse(Signed, await call("POST", `/uploads/${uploadId}/sign`, { body: input }));
    },
    async read(uploadId, etag) {
      const answer = await call("GET", `/uploads/${uploadId}`, etag ? { headers: { "if-none-match": etag } } : {});
      if (answer.status === 304) return undefined;
      return { upload: parse(Upload, answer), ...(answer.headers.etag && { etag: answer.headers.etag }) };
    },
  };
}
