/** What the service sends an execution environment on file descriptor 3; the body is the event's JSON text. */
export interface InvokeFrame {
  type: "invoke";
  requestId: string;
  functionArn: string;
  remainingMs: number;
  traceId: string;
  /** JSON text of the caller's client context. */
  clientContext?: string;
}

/** What an execution environment answers on file descriptor 4, in the order in which it happened. */
export type RuntimeFrame =
  | { type: "ready" }
  /** The body is `{errorType, errorMessage, trace}`; the process ends after it. */
  | { type: "initError" }
  | { type: "fatal" }
  | { type: "result"; requestId: string }
  | { type: "error"; requestId: string }
  /** The body is text of the log: one entry of `console`, or what was written to stdout or stderr. */
  | { type: "log"; level: string };

export interface Frame<Header> {
  header: Header;
  body: Buffer;
}

/** "When the Lambda docs say 6 MB, they mean 6,291,556 bytes" for a response; a request's limit is 100 less. */
export const RESPONSE_BYTES = 6_291_556;

const PREFIX_BYTES = 8;
const LONGEST_HEADER_BYTES = 1024 * 1024;
const LONGEST_BODY_BYTES = 16 * 1024 * 1024;

/** One frame: both lengths, the header as JSON, the body as it is (a 6 MB payload is not escaped a second time). */
export function encodeFrame(header: InvokeFrame | RuntimeFrame, body: string | Buffer = ""): Buffer {
  const head = Buffer.from(JSON.stringify(header));
  const tail = typeof body === "string" ? Buffer.from(body) : body;
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(head.length, 0);
  prefix.writeUInt32BE(tail.length, 4);
  return Buffer.concat([prefix, head, tail]);
}

/** Cuts a stream of bytes into frames. `push` throws when they are none: a handler may write where it should not. */
export class FrameReader<Header> {
  #chunks: Buffer[] = [];
  #bytes = 0;
  readonly #onFrame: (frame: Frame<Header>) => void;

  constructor(onFrame: (frame: Frame<Header>) => void) {
    this.#onFrame = onFrame;
  }

  push(chunk: Buffer) {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    for (;;) {
      if (this.#bytes < PREFIX_BYTES) return;
      const first = this.#join(PREFIX_BYTES);
      const headBytes = first.readUInt32BE(0);
      const bodyBytes = first.readUInt32BE(4);
      if (headBytes > LONGEST_HEADER_BYTES || bodyBytes > LONGEST_BODY_BYTES) throw new Error("not a frame");
      const total = PREFIX_BYTES + headBytes + bodyBytes;
      if (this.#bytes < total) return;
      const whole = this.#join(total);
      const header = JSON.parse(whole.toString("utf8", PREFIX_BYTES, PREFIX_BYTES + headBytes)) as Header;
      const body = whole.subarray(PREFIX_BYTES + headBytes, total);
      this.#chunks = [whole.subarray(total)];
      this.#bytes -= total;
      this.#onFrame({ header, body });
    }
  }

  /** Joins chunks only as far as needed, so that a large frame is not copied once per chunk. */
  #join(bytes: number): Buffer {
    if (this.#chunks[0]!.length >= bytes) return this.#chunks[0]!;
    this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0]!;
  }
}
