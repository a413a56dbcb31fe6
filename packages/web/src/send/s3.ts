import { textOf } from "@dropclip/core/xml";
import { call } from "../api/call.ts";
import type { Job } from "./sender.ts";

/** A request without any traffic for so long is broken off. */
const STALL_MS = 60_000;
/** A request that is refused so often with new signatures is refused for another reason. */
const RENEWALS = 2;
/** Codes below 500 that S3's error reference says to retry. */
const PASSING = ["RequestTimeout", "OperationAborted", "ConditionalRequestConflict"];
/** What stands at the key already: nothing may be written twice, so it has arrived, and only the answer was lost. */
const IS_THERE = 412;

/** S3 refused a request, and would again. */
export class S3Refusal extends Error {
  readonly code: string;
  constructor(status: number, code: string) {
    super(`S3 answered ${status} ${code}.`);
    this.name = "S3Refusal";
    this.code = code;
  }
}

type Operation = "PutObject" | "UploadPart" | "ListParts" | "CompleteMultipartUpload" | "AbortMultipartUpload";
interface Asked {
  s3UploadId?: string;
  partNumbers?: [number];
  partNumberMarker?: number;
}
interface Sent {
  body?: Blob | string | undefined;
  /** Bytes of the body that have gone, each time from 0. */
  progress?: ((bytes: number) => void) | undefined;
  signal: AbortSignal;
}
interface Answer {
  status: number;
  text: string;
  etag: string | null;
}
interface Request {
  method: string;
  url: string;
  headers: Record<string, string>;
}

/**
 * One call of S3 about a file. It is signed just before it is made: no signature gets old, however long one pauses.
 * Throws a `TypeError` when S3 does not answer, or not now; `S3Refusal`; the `Problem` of whom it asks for a signature;
 * the signal's reason.
 */
export async function ask({ transfer }: Pick<Job, "transfer">, operation: Operation, asked: Asked, sent: Sent) {
  const { uploadId, mediaId } = transfer;
  for (let renewals = 0; ; renewals++) {
    sent.signal.throwIfAborted();
    const body = { mediaId, operation, ...asked };
    const { requests } = await call("post", "/uploads/{uploadId}/sign", { path: { uploadId }, body });
    sent.signal.throwIfAborted();
    const answer = await exchange(requests[0]!, sent);
    const { status, text } = answer;
    // Completing may answer 200 and fail afterwards, with the error in the body (AWS).
    const isFailed = status >= 400 ? status !== IS_THERE : /<Error[\s>]/.test(text);
    if (!isFailed) return answer;
    const code = textOf(text, "Code") ?? "";
    if (status >= 500 || status === 429 || status === 200 || PASSING.includes(code))
      throw new TypeError(`S3 does not answer: ${status} ${code}.`);
    // An expired URL is 403; an expired session of the role that signed it 400.
    const isStale = status === 403 || code === "ExpiredToken";
    if (!isStale || renewals === RENEWALS) throw new S3Refusal(status, code);
  }
}

/** Sends a signed request with exactly its headers: unlike `fetch`, this tells how much has gone. */
function exchange({ method, url, headers }: Request, { body, progress, signal }: Sent): Promise<Answer> {
  const request = new XMLHttpRequest();
  return new Promise<Answer>((resolve, reject) => {
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    const abort = () => request.abort();
    let timer = 0;
    const watch = () => {
      clearTimeout(timer);
      timer = window.setTimeout(abort, STALL_MS);
    };
    request.upload.onprogress = ({ loaded }) => {
      watch();
      progress?.(loaded);
    };
    request.onprogress = watch;
    request.onload = () => {
      const { status, responseText: text } = request;
      resolve({ status, text, etag: request.getResponseHeader("etag") });
    };
    request.onerror = () => reject(new TypeError("S3 does not answer."));
    request.onabort = () => reject(signal.aborted ? signal.reason : new TypeError("Nothing came of S3 for a while."));
    request.onloadend = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    };
    signal.addEventListener("abort", abort);
    watch();
    request.send(body ?? null);
  });
}
