import { first, type Query } from "./query.ts";
import type { Refuse } from "./refusals.ts";
import { formatAmzDate, parseAmzDate, type Signature } from "./signature.ts";

const WEEK_SECONDS = 7 * 24 * 3600;

/** Which way a request is signed, if at all; `v2` and `v4a` are ways the local cloud does not speak. */
export function signedBy(
  headers: Record<string, string>,
  query: Query,
): "header" | "query" | "both" | "v2" | "v4a" | "no" {
  const authorization = headers.authorization;
  const algorithm = first(query, "X-Amz-Algorithm");
  const inQuery = algorithm !== undefined || "X-Amz-Credential" in query || "X-Amz-Signature" in query;
  const queryV2 = "Signature" in query && "AWSAccessKeyId" in query;
  if (authorization !== undefined && (inQuery || queryV2)) return "both";
  if (authorization?.startsWith("AWS4-ECDSA") || algorithm?.startsWith("AWS4-ECDSA")) return "v4a";
  if (queryV2 || authorization?.startsWith("AWS ")) return "v2";
  if (inQuery) return "query";
  return authorization === undefined ? "no" : "header";
}

/** The service named in the credential scope, before anything of it is checked: errors are told in its way. */
export function scopedService(headers: Record<string, string>, query: Query): string | undefined {
  const credential =
    /Credential=([^,\s]+)/.exec(headers.authorization ?? "")?.[1] ?? first(query, "X-Amz-Credential") ?? "";
  const parts = credential.split("/");
  return parts.length >= 5 ? parts.at(-2) : undefined;
}

/** `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…` with its date and session token. */
export function parseHeaderForm(headers: Record<string, string>, refuse: Refuse): Signature {
  const authorization = headers.authorization ?? "";
  if (!authorization.startsWith("AWS4-HMAC-SHA256")) throw refuse.unsupported(authorization.split(" ")[0] ?? "");
  const fields = new Map<string, string>();
  for (const piece of authorization.slice("AWS4-HMAC-SHA256".length).split(",")) {
    const at = piece.indexOf("=");
    if (at > 0) fields.set(piece.slice(0, at).trim(), piece.slice(at + 1).trim());
  }
  const need = (name: string) => {
    const value = fields.get(name);
    if (!value) throw refuse.malformed(`Authorization header requires '${name}' parameter.`);
    return value;
  };
  const scope = parseCredential(need("Credential"), refuse);
  const signedHeaders = need("SignedHeaders").split(";");
  const value = need("Signature");
  const time = headers["x-amz-date"] ?? fromHttpDate(headers.date);
  const timeMs = time === undefined ? undefined : parseAmzDate(time);
  if (time === undefined || timeMs === undefined) throw refuse.noDate();
  return {
    form: "header",
    ...scope,
    signedHeaders,
    value,
    time,
    timeMs,
    sessionToken: headers["x-amz-security-token"],
  };
}

/** `X-Amz-Algorithm=…&X-Amz-Credential=…&X-Amz-Date=…&X-Amz-Expires=…&X-Amz-SignedHeaders=…&X-Amz-Signature=…` */
export function parseQueryForm(query: Query, refuse: Refuse): Signature {
  const need = (name: string) => {
    const value = first(query, name);
    if (!value) {
      throw refuse.malformed(
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
      );
    }
    return value;
  };
  if (need("X-Amz-Algorithm") !== "AWS4-HMAC-SHA256")
    throw refuse.malformed('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"');
  const credential = need("X-Amz-Credential");
  const time = need("X-Amz-Date");
  const expires = need("X-Amz-Expires");
  const signedHeaders = need("X-Amz-SignedHeaders").split(";");
  const value = need("X-Amz-Signature");
  const scope = parseCredential(credential, refuse);
  const timeMs = parseAmzDate(time);
  if (timeMs === undefined)
    throw refuse.malformed("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  if (!/^-?\d+$/.test(expires)) throw refuse.malformed("X-Amz-Expires should be a number");
  const expiresSeconds = Number(expires);
  if (expiresSeconds < 0) throw refuse.malformed("X-Amz-Expires must be non-negative");
  if (expiresSeconds > WEEK_SECONDS)
    throw refuse.malformed(
      `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${WEEK_SECONDS} seconds`,
    );
  const sessionToken = first(query, "X-Amz-Security-Token");
  return { form: "query", ...scope, signedHeaders, value, time, timeMs, sessionToken, expiresSeconds };
}

/** `{key}/{date}/{region}/{service}/aws4_request`, of either form and of a form's policy. */
export function parseCredential(credential: string, refuse: Refuse) {
  const parts = credential.split("/");
  const [terminator, service, region, scopeDate] = parts.slice(-4).reverse();
  const accessKeyId = parts.slice(0, -4).join("/");
  if (!accessKeyId || !service || !region || !scopeDate || !/^\d{8}$/.test(scopeDate))
    throw refuse.malformed(
      'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    );
  if (terminator !== "aws4_request")
    throw refuse.malformed(`incorrect terminal "${terminator}". This endpoint uses "aws4_request".`);
  return { accessKeyId, scopeDate, region, service };
}

/** The `Date` header stands in for `x-amz-date` where a client cannot set that. */
function fromHttpDate(date: string | undefined): string | undefined {
  const ms = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(ms) ? undefined : formatAmzDate(ms);
}
