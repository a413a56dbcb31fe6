import * as v from "valibot";
import { CliError, Refusal, Transient } from "../errors.ts";
import { exchange, type HttpAnswer } from "../net/http.ts";
import { isTransientStatus, type Patience, retryAfterMs, withRetries } from "../net/retry.ts";
import { Problem, Signed, Upload } from "./schemas.ts";

/** The API will not do this: 4xx. */
export class ApiRefusal extends Refusal {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export interface NewFile {
  name: string;
  type: string;
  bytes: number;
}

export type S3Operation =
  | "PutObject"
  | "CreateMultipartUpload"
  | "UploadPart"
  | "ListParts"
  | "CompleteMultipartUpload";

export interface SignInput {
  mediaId: string;
  operation: S3Operation;
  s3UploadId?: string;
  /** 1 to 100 of them. */
  partNumbers?: number[];
  /** Of ListParts: the page after this part. */
  partNumberMarker?: number;
}

export interface Api {
  create(eventId: string, fanId: string, files: NewFile[]): Promise<Upload>;
  sign(uploadId: string, fanId: string, input: SignInput): Promise<Signed>;
  /** The record and its ETag; undefined when it still is the one `etag` names. */
  read(uploadId: string, fanId: string, etag?: string): Promise<{ upload: Upload; etag?: string } | undefined>;
}

/** The HTTP API at `base`, retried with patience. An `ApiRefusal` for 4xx, a `CliError` when it stays out of reach. */
export function createApi(base: string, patience: Patience): Api {
  const call = (method: string, path: string, headers: Record<string, string>, body?: unknown) =>
    withRetries(patience, base, async () => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const answer = await exchange({ method, url: `${base}${path}`, headers, body: text, signal: patience.signal });
      if (isTransientStatus(answer.status))
        throw new Transient(problemOf(answer).message, retryAfterMs(answer, patience.clock.now()));
      if (answer.status >= 400) throw refusalOf(answer);
      return answer;
    });
  const post = (path: string, body: unknown) => call("POST", path, { "content-type": "application/json" }, body);

  return {
    async create(eventId, fanId, files) {
      return parse(Upload, await post(`/events/${encodeURIComponent(eventId)}/uploads`, { fanId, files }));
    },
    async sign(uploadId, fanId, input) {
      return parse(Signed, await post(`/uploads/${encodeURIComponent(uploadId)}/sign`, { fanId, ...input }));
    },
    async read(uploadId, fanId, etag) {
      const path = `/uploads/${encodeURIComponent(uploadId)}?fanId=${encodeURIComponent(fanId)}`;
      const answer = await call("GET", path, etag ? { "if-none-match": etag } : {});
      if (answer.status === 304) return undefined;
      return { upload: parse(Upload, answer), ...(answer.headers.etag && { etag: answer.headers.etag }) };
    },
  };
}

function refusalOf(answer: HttpAnswer): ApiRefusal {
  const { code, message } = problemOf(answer);
  return new ApiRefusal(answer.status, code, message);
}

/** A gateway in front of the API answers errors of its own, which are not in the API's shape. */
function problemOf({ status, text }: HttpAnswer): { code: string; message: string } {
  const problem = v.safeParse(v.pipe(v.string(), v.parseJson(), Problem), text);
  if (!problem.success) return { code: `http.${status}`, message: `the API answered ${status}` };
  const { code, message, requestId } = problem.output;
  // Only a failure on the server's side is worth looking up in its log.
  return { code, message: status >= 500 && requestId ? `${message} (request ${requestId})` : message };
}

function parse<const Schema extends v.GenericSchema>(schema: Schema, { text }: HttpAnswer): v.InferOutput<Schema> {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
  if (parsed.success) return parsed.output;
  const issue = parsed.issues[0];
  const where = v.getDotPath(issue);
  throw new CliError(`the API's answer is not understood${where ? ` at ${where}` : ""}: ${issue.message}`);
}
