import { createHash, type Hash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { AwsError } from "../world.ts";
import type { S3Call } from "./call.ts";
import {
  type Algorithm,
  checkForm,
  checksumIn,
  DEFAULT_ALGORITHM,
  hasher,
  headerOf,
  parseAlgorithm,
} from "./checksums.ts";
import { type ChunkSigner, unchunk } from "./chunked.ts";
import type { Hasher } from "./crc.ts";
import { invalidArgument } from "./errors.ts";

/** What S3 takes in one PutObject or UploadPart. */
export const MAX_PUT_BYTES = 5 * 2 ** 30;

/** Base64, of a whole body. */
export interface PlainChecksum {
  algorithm: Algorithm;
  value: string;
}

/** What is known of a body that was read to its end and found whole. */
export interface Received {
  bytes: number;
  /** Hex. */
  md5: string;
  /** Checksum of the algorithm that is to be kept. */
  checksum: PlainChecksum;
  /** The one the client sent, if any. */
  sent?: PlainChecksum;
}

/** Counts and hashes a body as it passes. */
export class Digest {
  bytes = 0;
  readonly #md5: Hash = createHash("md5");
  readonly #sha256?: Hash;
  readonly #checksum: Hasher;
  readonly algorithm: Algorithm;

  constructor(algorithm: Algorithm, withSha256 = false) {
    this.algorithm = algorithm;
    this.#checksum = hasher(algorithm);
    if (withSha256) this.#sha256 = createHash("sha256");
  }

  update = (piece: Uint8Array) => {
    this.bytes += piece.length;
    this.#md5.update(piece);
    this.#sha256?.update(piece);
    this.#checksum.update(piece);
  };

  finish() {
    return {
      bytes: this.bytes,
      md5: this.#md5.digest("hex"),
      sha256: this.#sha256?.digest("hex"),
      checksum: { algorithm: this.algorithm, value: this.#checksum.digest().toString("base64") },
    };
  }
}

/**
 * Reads the body of a call into `sink`, which gets the data and a function to show each piece to, and checks all the
 * client says of it: length, Content-MD5, x-amz-content-sha256, checksum, chunk signatures. `keep` is the algorithm of
 * the checksum to keep; by default the one the client sent. Throws what S3 answers; what the sink stored by then must
 * be thrown away.
 */
export async function receive(
  call: S3Call,
  sink: (pieces: AsyncIterable<Uint8Array>, seen: (piece: Uint8Array) => void) => Promise<void>,
  { maxBytes = MAX_PUT_BYTES, keep }: { maxBytes?: number; keep?: Algorithm } = {},
): Promise<Received> {
  const { headers } = call;
  const hash = payloadHash(call);
  const streaming = hash.startsWith("STREAMING-");
  const announced = announcedBytes(headers, streaming);
  if (announced > maxBytes) {
    throw new AwsError("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", 400, {
      ProposedSize: announced,
      MaxSizeAllowed: maxBytes,
    });
  }
  const md5 = contentMd5(headers);
  const sent = checksumIn(headers);
  const trailers = hash.endsWith("-TRAILER") ? new Map<string, string>() : undefined;
  const trailing = trailers && trailerAlgorithm(headers);
  if (headers["x-amz-sdk-checksum-algorithm"] && !sent && !trailing) {
    throw new AwsError(
      "InvalidRequest",
      "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.",
      400,
    );
  }
  const isHex = /^[0-9a-f]{64}$/.test(hash);
  const claims = sent?.algorithm ?? trailing;
  const digest = new Digest(keep ?? claims ?? DEFAULT_ALGORITHM, isHex);
  const check = claims && claims !== digest.algorithm ? hasher(claims) : undefined;

  call.invite();
  let pieces: AsyncIterable<Buffer> = arriving(call.request);
  if (streaming) pieces = unchunk(pieces, trailers, hash.includes("-HMAC-") ? chunkSigner(call) : undefined);
  await sink(exactly(announced, pieces), (piece) => {
    digest.update(piece);
    check?.update(piece);
  });

  const found = digest.finish();
  if (isHex && found.sha256 !== hash) {
    throw new AwsError(
      "XAmzContentSHA256Mismatch",
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
      400,
      { ClientComputedContentSHA256: hash, S3ComputedContentSHA256: found.sha256 },
    );
  }
  if (md5 !== undefined && md5 !== found.md5) {
    throw new AwsError("BadDigest", "The Content-MD5 you specified did not match what we received.", 400, {
      ExpectedDigest: md5,
      CalculatedDigest: found.md5,
    });
  }
  const { bytes, checksum } = found;
  if (!claims) return { bytes, md5: found.md5, checksum };
  const claimed = sent?.value ?? trailerValue(trailers!, claims);
  if (claimed !== (check?.digest().toString("base64") ?? checksum.value)) throw badChecksum(claims);
  return { bytes, md5: found.md5, checksum, sent: { algorithm: claims, value: claimed } };
}

/** The whole body in memory: for operations whose body is a document. */
export async function receiveText(call: S3Call, maxBytes: number): Promise<{ text: string; checked: boolean }> {
  const kept: Uint8Array[] = [];
  const received = await receive(
    call,
    async (pieces, seen) => {
      for await (const piece of pieces) {
        kept.push(piece);
        seen(piece);
      }
    },
    { maxBytes },
  );
  const checked = received.sent !== undefined || call.headers["content-md5"] !== undefined;
  return { text: Buffer.concat(kept).toString("utf8"), checked };
}

export const badChecksum = (algorithm: Algorithm) =>
  new AwsError("BadDigest", `The ${algorithm} you specified did not match the calculated checksum.`, 400);

export const incompleteBody = () =>
  new AwsError(
    "IncompleteBody",
    "You did not provide the number of bytes specified by the Content-Length HTTP header",
    400,
  );

function payloadHash({ headers, payloadHash, signature }: S3Call): string {
  const hash = payloadHash ?? headers["x-amz-content-sha256"] ?? "UNSIGNED-PAYLOAD";
  const streams = ["STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"];
  if (hash === "UNSIGNED-PAYLOAD" || hash === "STREAMING-UNSIGNED-PAYLOAD-TRAILER") return hash;
  if (/^[0-9a-f]{64}$/.test(hash) || (streams.includes(hash) && signature)) return hash;
  throw invalidArgument(
    "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.",
    "x-amz-content-sha256",
    hash,
  );
}

function announcedBytes(headers: Record<string, string>, streaming: boolean): number {
  const name = streaming ? "x-amz-decoded-content-length" : "content-length";
  const value = headers[name];
  if (value === undefined)
    throw new AwsError("MissingContentLength", "You must provide the Content-Length HTTP header.", 411);
  if (!/^\d{1,15}$/.test(value)) throw invalidArgument(`Invalid value for ${name}.`, name, value);
  return Number(value);
}

/** How much room the body will take if it is taken; one that will be refused for what it announces takes none. */
export function bodyBytes(headers: Record<string, string>): number {
  const bytes = Number(headers["x-amz-decoded-content-length"] ?? headers["content-length"]);
  return bytes > 0 && bytes <= MAX_PUT_BYTES ? bytes : 0;
}

function contentMd5(headers: Record<string, string>): string | undefined {
  const value = headers["content-md5"];
  if (value === undefined) return undefined;
  const digest = Buffer.from(value, "base64");
  if (digest.length !== 16) throw new AwsError("InvalidDigest", "The Content-MD5 you specified was invalid.", 400);
  return digest.toString("hex");
}

function trailerAlgorithm(headers: Record<string, string>): Algorithm {
  const name = (headers["x-amz-trailer"] ?? "").trim().toLowerCase();
  if (!name.startsWith("x-amz-checksum-"))
    throw new AwsError("InvalidRequest", "The value specified in the x-amz-trailer header is not supported", 400);
  return parseAlgorithm(name.slice("x-amz-checksum-".length));
}

function trailerValue(trailers: Map<string, string>, algorithm: Algorithm): string {
  const value = trailers.get(headerOf(algorithm));
  if (value === undefined || trailers.size !== 1) {
    throw new AwsError(
      "MalformedTrailerError",
      "The request contained trailing data that was not well-formed or did not conform to our published schema.",
      400,
    );
  }
  return checkForm(algorithm, value);
}

function chunkSigner({ signature, signingKey }: S3Call): ChunkSigner {
  const { scopeDate, region, service, time, value } = signature!;
  return { key: signingKey!, time, scope: `${scopeDate}/${region}/${service}/aws4_request`, seed: value };
}

/** The request's bytes; leaves the connection open where reading stops early, so that the refusal can be answered. */
export async function* arriving(request: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    yield* request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  } catch (error) {
    if (request.destroyed && !request.complete) throw incompleteBody();
    throw error;
  }
}

/** Passes on exactly the announced bytes: neither a longer nor a shorter body is ever stored. */
async function* exactly(announced: number, pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    if (bytes > announced) throw incompleteBody();
    yield piece;
  }
  if (bytes < announced) throw incompleteBody();
}
