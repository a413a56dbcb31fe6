import { textOf } from "@dropclip/core/xml";
import type { Signed, SignedRequest } from "../api/schemas.ts";
import { CliError, Transient } from "../errors.ts";
import { exchange, type HttpAnswer, type Slice } from "../net/http.ts";
import { isTransientStatus, retryAfterMs, withRetries } from "../net/retry.ts";
import type { Delivery } from "./delivery.ts";

/** A signature this close to its expiry would be refused by the time the request arrives. */
const EXPIRY_MARGIN_MS = 5_000;
/** A request that is refused twice with new signatures is refused for another reason. */
const RENEWALS = 2;
/** Statuses below 500 that S3's error reference says to retry. */
const TRANSIENT_CODES = ["RequestTimeout", "OperationAborted", "ConditionalRequestConflict"];

/** An error that S3 answered. */
export class S3Error extends CliError {
  readonly status: number;
  readonly code: string;
  constructor(what: string, status: number, code: string, message: string | undefined) {
    super(`${what}: S3 answered ${status} ${code}${message ? `: ${message}` : ""}`);
    this.status = status;
    this.code = code;
  }
}

export interface Signature {
  request: SignedRequest;
  expiresAtMs: number;
}

/** The request from the API's answer: the part's own, or the first. */
export function signatureOf({ requests, expiresAt }: Signed, partNumber?: number): Signature {
  const request = requests.find((each) => each.partNumber === partNumber) ?? (partNumber ? undefined : requests[0]);
  if (!request) throw new CliError("the API's answer lacks the signed request that was asked for");
  return { request, expiresAtMs: Date.parse(expiresAt) };
}

/**
 * Sends one signed request until S3 has done it, or answers 412: the object exists already. `sign` returns a signature;
 * its argument `again` is true when the last one has expired. Throws an `S3Error` for everything S3 refuses.
 */
export function perform(
  { patience, slot, progress }: Pick<Delivery, "patience" | "slot" | "progress">,
  what: string,
  sign: (again: boolean) => Promise<Signature>,
  body?: string | Slice,
): Promise<HttpAnswer> {
  let signature: Signature | undefined;
  let renew = false;
  let renewals = 0;
  return withRetries(patience, what, () =>
    slot(async () => {
      const { clock, signal } = patience;
      if (!signature || signature.expiresAtMs - EXPIRY_MARGIN_MS < clock.now()) {
        signature = await sign(renew);
        renew = true;
      }
      let sent = 0;
      const onSent = (bytes: number) => {
        sent += bytes;
        progress.add(bytes);
      };
      const { method, url, headers } = signature.request;
      try {
        const answer = await exchange({ method, url, headers, body, signal, onSent });
        const failure = failureOf(what, answer, clock.now());
        if (!failure) return answer;
        if (!isStale(failure) || renewals++ === RENEWALS) throw failure;
        signature = undefined;
        throw new Transient("the signature has expired");
      } catch (error) {
        progress.add(-sent);
        throw error;
      }
    }),
  );
}

/** CompleteMultipartUpload may answer 200 and fail afterwards, with the error in the body. */
function failureOf(what: string, answer: HttpAnswer, now: number): S3Error | Transient | undefined {
  const { status, text } = answer;
  const lateFailure = status === 200 && /<Error[\s>]/.test(text);
  if ((status < 300 && !lateFailure) || status === 412) return undefined;
  const code = textOf(text, "Code") ?? "without a reason";
  const message = textOf(text, "Message");
  if (isTransientStatus(status) || lateFailure || TRANSIENT_CODES.includes(code))
    return new Transient(`S3 answered ${status} ${code}${message ? `: ${message}` : ""}`, retryAfterMs(answer, now));
  return new S3Error(what, status, code, message);
}

/**
 * An expired URL is 403 AccessDenied, as is one older than the bucket's policy allows; an expired role session is 400.
 */
function isStale(failure: S3Error | Transient): boolean {
  return failure instanceof S3Error && (failure.status === 403 || failure.code === "ExpiredToken");
}
