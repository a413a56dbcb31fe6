import { timingSafeEqual } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import { encodeRfc3986, type Query } from "./query.ts";
import { hmacSha256, Sha256 } from "./sha256.ts";

/** The client's signature, from the header or the query. */
export interface Signature {
  form: "header" | "query";
  accessKeyId: string;
  /** `20260102`, from the credential scope. */
  scopeDate: string;
  region: string;
  service: string;
  /** Lower case, in the client's order. */
  signedHeaders: string[];
  /** Hex. */
  value: string;
  /** `20260102T030405Z`. */
  time: string;
  timeMs: number;
  sessionToken?: string;
  /** Lifetime of a presigned URL. */
  expiresSeconds?: number;
}

/** The request as its signature covers it. */
export interface SignedRequest {
  method: string;
  /** As on the wire. */
  rawPath: string;
  query: Query;
  /** Lower-case names. */
  headers: Record<string, string>;
  /** Hex SHA-256 of the body, or S3's word for another way of signing it. */
  payloadHash: string;
}

/** SigV4 with the canonical request open: a verifier signs exactly the headers that the client lists. */
class Recomputed extends SignatureV4 {
  constructor(secretAccessKey: string, { accessKeyId, region, service }: Signature) {
    const credentials = { accessKeyId, secretAccessKey };
    super({ service, region, credentials, sha256: Sha256, uriEscapePath: service !== "s3" });
  }

  async of(signature: Signature, { method, rawPath, query, headers, payloadHash }: SignedRequest): Promise<Computed> {
    const signed: Record<string, string> = Object.create(null);
    // As `@smithy/signature-v4` and AWS have it: trimmed, inner runs of blanks folded.
    for (const name of signature.signedHeaders)
      if (headers[name] !== undefined) signed[name] = headers[name].replace(/[ \t]+/g, " ").trim();
    const request = { method, path: rawPath, query, headers: signed, protocol: "http:", hostname: "" };
    const canonicalRequest = this.createCanonicalRequest(request, signed, payloadHash);
    const scope = `${signature.scopeDate}/${signature.region}/${signature.service}/aws4_request`;
    const stringToSign = await this.createStringToSign(signature.time, scope, canonicalRequest, "AWS4-HMAC-SHA256");
    const value = await this.sign(stringToSign, { signingDate: new Date(signature.timeMs) });
    return { value, canonicalRequest, stringToSign };
  }
}

/** The expected signature, and the texts it was computed from. */
export interface Computed {
  value: string;
  canonicalRequest: string;
  stringToSign: string;
}

/**
 * Undefined when the signature is the one the secret makes of the request, compared in constant time; else what that
 * would be.
 */
export async function mismatch(
  secretAccessKey: string,
  signature: Signature,
  request: SignedRequest,
): Promise<Computed | undefined> {
  const recomputed = new Recomputed(secretAccessKey, signature);
  const computed = await recomputed.of(signature, request);
  if (sameText(computed.value, signature.value)) return undefined;
  if (signature.service !== "s3") return computed;
  // S3 encodes the decoded path anew, so a client may send `(` where it signed `%28`. Both name the same key.
  const encoded = decodeURIComponent(request.rawPath).split("/").map(encodeRfc3986).join("/");
  if (encoded === request.rawPath) return computed;
  const again = await recomputed.of(signature, { ...request, rawPath: encoded });
  return sameText(again.value, signature.value) ? undefined : computed;
}

export function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** The key that signs everything of one day, region and service: chunks of a body, the policy of a form. */
export function signingKey(secretAccessKey: string, scopeDate: string, region: string, service: string): Buffer {
  return [scopeDate, region, service, "aws4_request"].reduce<Buffer>(
    (key, part) => hmacSha256(key, part),
    Buffer.from(`AWS4${secretAccessKey}`),
  );
}

/** Milliseconds of `20260102T030405Z`; undefined when it is not such a time. */
export function parseAmzDate(text: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}

export const formatAmzDate = (ms: number) => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, "");
