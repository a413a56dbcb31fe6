import { AwsError, type Service } from "../world.ts";
import { type Computed, formatAmzDate, type Signature } from "./signature.ts";

export const SKEW_MS = 15 * 60_000;

/** How AWS words a refused signature in one family of services. */
export interface Refuse {
  unsigned(): AwsError;
  unsupported(mechanism: string): AwsError;
  bothForms(): AwsError;
  malformed(message: string): AwsError;
  noDate(): AwsError;
  wrongRegion(given: string, expected: string): AwsError;
  wrongDate(signature: Signature): AwsError;
  skewed(signature: Signature, nowMs: number): AwsError;
  /** A presigned URL past its end, or not yet at its beginning. */
  expiredUrl(signature: Signature, nowMs: number): AwsError;
  earlyUrl(): AwsError;
  unknownKey(accessKeyId: string): AwsError;
  badToken(): AwsError;
  expiredToken(): AwsError;
  unsignedHeaders(names: string[]): AwsError;
  /** `computed` is absent where a form's policy was signed rather than a request. */
  wrongSignature(signature: Signature, computed?: Computed): AwsError;
}

const iso = (ms: number) => new Date(ms).toISOString().replace(/\.\d+/, "");

/** S3's own words, for the header and the query form. */
export function s3Refusals(form: "header" | "query" | "form"): Refuse {
  const malformedCode = form === "query" ? "AuthorizationQueryParametersError" : "AuthorizationHeaderMalformed";
  const prefix = form === "query" ? "" : "The authorization header is malformed; ";
  return {
    unsigned: () => new AwsError("AccessDenied", "Access Denied", 403),
    unsupported: (mechanism) =>
      mechanism.startsWith("AWS")
        ? new AwsError(
            "InvalidRequest",
            "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
            400,
          )
        : new AwsError("InvalidArgument", "Unsupported Authorization Type", 400, {
            ArgumentName: "Authorization",
            ArgumentValue: mechanism,
          }),
    bothForms: () =>
      new AwsError(
        "InvalidArgument",
        "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified",
        400,
      ),
    malformed: (message) => new AwsError(malformedCode, `${prefix}${message}`, 400),
    noDate: () => new AwsError("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header", 403),
    wrongRegion: (given, expected) =>
      new AwsError(
        malformedCode,
        form === "query"
          ? `Error parsing the X-Amz-Credential parameter; the region '${given}' is wrong; expecting '${expected}'`
          : `${prefix}the region '${given}' is wrong; expecting '${expected}'`,
        400,
        { Region: expected },
      ),
    wrongDate: ({ scopeDate, time }) =>
      new AwsError(
        malformedCode,
        `${prefix}Invalid credential date "${scopeDate}". This date is not the same as X-Amz-Date: "${time.slice(0, 8)}".`,
        400,
      ),
    skewed: ({ time }, nowMs) =>
      new AwsError(
        "RequestTimeTooSkewed",
        "The difference between the request time and the current time is too large.",
        403,
        {
          RequestTime: time,
          ServerTime: iso(nowMs),
          MaxAllowedSkewMilliseconds: SKEW_MS,
        },
      ),
    expiredUrl: ({ timeMs, expiresSeconds = 0 }, nowMs) =>
      new AwsError("AccessDenied", "Request has expired", 403, {
        "X-Amz-Expires": expiresSeconds,
        Expires: iso(timeMs + expiresSeconds * 1000),
        ServerTime: iso(nowMs),
      }),
    earlyUrl: () => new AwsError("AccessDenied", "Request is not valid yet", 403),
    unknownKey: (accessKeyId) =>
      new AwsError("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.", 403, {
        AWSAccessKeyId: accessKeyId,
      }),
    badToken: () => new AwsError("InvalidToken", "The provided token is malformed or otherwise invalid.", 400),
    expiredToken: () => new AwsError("ExpiredToken", "The provided token has expired.", 400),
    unsignedHeaders: (names) =>
      new AwsError("AccessDenied", "There were headers present in the request which were not signed", 403, {
        HeadersNotSigned: names.join(", "),
      }),
    wrongSignature: ({ accessKeyId, value }, computed) =>
      new AwsError(
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
        403,
        {
          AWSAccessKeyId: accessKeyId,
          ...(computed && { StringToSign: computed.stringToSign }),
          SignatureProvided: value,
          ...(computed && { CanonicalRequest: computed.canonicalRequest }),
        },
      ),
  };
}

const INVALID_TOKEN = "The security token included in the request is invalid.";
const EXPIRED_TOKEN = "The security token included in the request is expired";
const MISMATCH =
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

/** The codes of one protocol; JSON services that take `X-Amz-Target` answer 400 where the REST ones answer 403. */
interface Codes {
  status: number;
  unsigned: string;
  incomplete: string;
  unknownKey: string;
  signature: string;
  expiredToken: string;
}

const JSON_CODES: Omit<Codes, "status"> = {
  unsigned: "MissingAuthenticationTokenException",
  incomplete: "IncompleteSignatureException",
  unknownKey: "UnrecognizedClientException",
  signature: "InvalidSignatureException",
  expiredToken: "ExpiredTokenException",
};

const XML_CODES: Codes = {
  status: 403,
  unsigned: "MissingAuthenticationToken",
  incomplete: "IncompleteSignature",
  unknownKey: "InvalidClientTokenId",
  signature: "SignatureDoesNotMatch",
  expiredToken: "ExpiredToken",
};

/** The words of every service but S3. */
export function coralRefusals(protocol: Service["protocol"]): Refuse {
  const xml = protocol === "rest-xml" || protocol === "query";
  const codes = xml ? XML_CODES : { ...JSON_CODES, status: protocol === "json" ? 400 : 403 };
  const say = (code: string) => (message: string) => new AwsError(code, message, codes.status);
  const signature = say(codes.signature);
  const incomplete = say(codes.incomplete);
  const early = (time: string, nowMs: number) =>
    signature(
      `Signature not yet current: ${time} is still later than ${formatAmzDate(nowMs + SKEW_MS)} (${formatAmzDate(nowMs)} + 15 min.)`,
    );
  const late = (time: string, nowMs: number) =>
    signature(
      `Signature expired: ${time} is now earlier than ${formatAmzDate(nowMs - SKEW_MS)} (${formatAmzDate(nowMs)} - 15 min.)`,
    );
  return {
    unsigned: () => say(codes.unsigned)("Missing Authentication Token"),
    unsupported: (mechanism) => incomplete(`Unsupported signing algorithm '${mechanism}': use AWS4-HMAC-SHA256.`),
    bothForms: () => signature("The request is signed both in its header and in its query."),
    malformed: (message) => incomplete(message),
    noDate: () => incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."),
    wrongRegion: (given, expected) =>
      signature(`Credential should be scoped to a valid region, not '${given}'. Expected '${expected}'.`),
    wrongDate: ({ scopeDate, time }) =>
      signature(
        `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${scopeDate}' != '${time.slice(0, 8)}', from '${time}'.`,
      ),
    skewed: ({ time, timeMs }, nowMs) => (timeMs > nowMs ? early(time, nowMs) : late(time, nowMs)),
    expiredUrl: ({ time }, nowMs) => signature(`Signature expired: ${time} has expired at ${formatAmzDate(nowMs)}`),
    earlyUrl: () => signature("Signature not yet current"),
    unknownKey: () => say(codes.unknownKey)(INVALID_TOKEN),
    badToken: () => say(codes.unknownKey)(INVALID_TOKEN),
    expiredToken: () => say(codes.expiredToken)(EXPIRED_TOKEN),
    unsignedHeaders: (names) => signature(`'${names.join("', '")}' must be signed`),
    wrongSignature: () => signature(MISMATCH),
  };
}
