import { createHash } from "node:crypto";
import { hmacSha256, sha256Hex } from "../gate/sha256.ts";
import { sameText } from "../gate/signature.ts";
import { AwsError } from "../world.ts";

/** Far above any client's chunk header or trailer line. */
const MAX_LINE_BYTES = 8 * 1024;
const MAX_TRAILER_LINES = 16;
/** What S3 asks of every chunk but the last. */
const MIN_CHUNK_BYTES = 8 * 1024;
const EMPTY_SHA256 = sha256Hex("");

/** Signs the chunks of a body as SigV4's `STREAMING-AWS4-HMAC-SHA256-PAYLOAD` does, each over the one before. */
export interface ChunkSigner {
  key: Buffer;
  /** `20260102T030405Z`. */
  time: string;
  /** `20260102/us-east-1/s3/aws4_request`. */
  scope: string;
  /** The signature of the request's head. */
  seed: string;
}

const malformed = () => new AwsError("InvalidRequest", "The body is not well-formed aws-chunked content.", 400);
const incomplete = () => new AwsError("IncompleteBody", "The request body terminated unexpectedly", 400);
const badTrailer = () =>
  new AwsError(
    "MalformedTrailerError",
    "The request contained trailing data that was not well-formed or did not conform to our published schema.",
    400,
  );
const tooSmall = (chunk: number, bytes: number) =>
  new AwsError(
    "InvalidChunkSizeError",
    `Only the last chunk is allowed to have a size less than ${MIN_CHUNK_BYTES} bytes`,
    403,
    { Chunk: chunk, BadChunkSize: bytes },
  );
const mismatch = () =>
  new AwsError(
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    403,
  );

/** Pulls lines and counted bytes out of a stream of pieces, holding no more than one piece. */
class Reader {
  readonly #pieces: AsyncIterator<Buffer>;
  #piece: Buffer = Buffer.alloc(0);

  constructor(pieces: AsyncIterable<Buffer>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** Makes sure that the piece has bytes left; false at the end. */
  async #fill(): Promise<boolean> {
    while (this.#piece.length === 0) {
      const next = await this.#pieces.next();
      if (next.done) return false;
      this.#piece = next.value;
    }
    return true;
  }

  /** At most `limit` bytes; undefined at the end. */
  async some(limit: number): Promise<Buffer | undefined> {
    if (!(await this.#fill())) return undefined;
    const taken = this.#piece.subarray(0, limit);
    this.#piece = this.#piece.subarray(taken.length);
    return taken;
  }

  /** A line without its CRLF; undefined when the stream ends before or within it. */
  async line(): Promise<string | undefined> {
    let line = "";
    while (line.length <= MAX_LINE_BYTES) {
      // Looked at in place: a hostile body of tiny chunks must not make us copy the rest at every line.
      if (!(await this.#fill())) return undefined;
      const end = this.#piece.indexOf(10);
      const taken = this.#piece.subarray(0, end < 0 ? MAX_LINE_BYTES : end + 1);
      this.#piece = this.#piece.subarray(taken.length);
      line += taken.toString("latin1");
      if (!line.endsWith("\n")) continue;
      if (!line.endsWith("\r\n")) throw malformed();
      return line.slice(0, -2);
    }
    throw malformed();
  }

  /** Releases the stream, so that another reader can read the rest. */
  async close() {
    await this.#pieces.return?.();
  }
}

/**
 * The data of an `aws-chunked` body. Signatures of chunks and trailer are checked when a signer is given; trailer
 * headers go to `trailers` (lower-case names). The reader must not trust the data before the end was reached.
 */
export async function* unchunk(
  pieces: AsyncIterable<Buffer>,
  trailers: Map<string, string> | undefined,
  signer?: ChunkSigner,
): AsyncGenerator<Buffer> {
  const reader = new Reader(pieces);
  try {
    let previous = signer?.seed ?? "";
    let previousSize = MIN_CHUNK_BYTES;
    for (let number = 1; ; number++) {
      const { size, claimed } = chunkHead(await reader.line(), signer !== undefined);
      if (size > 0 && previousSize < MIN_CHUNK_BYTES) throw tooSmall(number, previousSize);
      previousSize = size;
      const hash = createHash("sha256");
      for (let left = size; left > 0; ) {
        const piece = await reader.some(left);
        if (!piece) throw incomplete();
        left -= piece.length;
        if (signer) hash.update(piece);
        yield piece;
      }
      if (signer) {
        previous = sign(signer, "PAYLOAD", `${previous}\n${EMPTY_SHA256}\n${hash.digest("hex")}`);
        if (!sameText(previous, claimed)) throw mismatch();
      }
      if (size === 0) break;
      const end = await reader.line();
      if (end === undefined) throw incomplete();
      if (end !== "") throw malformed();
    }
    await readTrailers(reader, trailers, signer, previous);
    // Bytes behind the end are neither signed nor stored: refused.
    if (await reader.some(1)) throw malformed();
  } finally {
    await reader.close();
  }
}

function chunkHead(line: string | undefined, signed: boolean): { size: number; claimed: string } {
  if (line === undefined) throw incomplete();
  const head = /^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line);
  if (!head || Boolean(head[2]) !== signed) throw malformed();
  return { size: Number.parseInt(head[1]!, 16), claimed: head[2] ?? "" };
}

const sign = ({ key, time, scope }: ChunkSigner, of: "PAYLOAD" | "TRAILER", rest: string) =>
  hmacSha256(key, `AWS4-HMAC-SHA256-${of}\n${time}\n${scope}\n${rest}`).toString("hex");

async function readTrailers(
  reader: Reader,
  trailers: Map<string, string> | undefined,
  signer: ChunkSigner | undefined,
  previous: string,
) {
  let canonical = "";
  let signature: string | undefined;
  for (let lines = 0; ; lines++) {
    const line = await reader.line();
    if (!line) break;
    const at = line.indexOf(":");
    if (!trailers || at < 1 || lines >= MAX_TRAILER_LINES) throw badTrailer();
    const name = line.slice(0, at).trim().toLowerCase();
    const value = line.slice(at + 1).trim();
    if (name === "x-amz-trailer-signature") signature = value;
    else {
      trailers.set(name, value);
      canonical += `${name}:${value}\n`;
    }
  }
  if (!trailers) return;
  if (trailers.size === 0) throw badTrailer();
  if (!signer) return;
  if (signature === undefined) throw badTrailer();
  if (!sameText(sign(signer, "TRAILER", `${previous}\n${sha256Hex(canonical)}`), signature)) throw mismatch();
}
