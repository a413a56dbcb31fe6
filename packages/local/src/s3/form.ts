import { AwsError } from "../world.ts";
import { invalidArgument } from "./errors.ts";
import { incompleteBody } from "./payload.ts";

/** S3's limit for all that stands before the file. */
const MAX_FIELD_BYTES = 20 * 1024;

/** A browser's upload form: its fields, by lower-case name, and its file, still to be read. */
export interface Form {
  fields: Map<string, string>;
  fileName: string;
  file: AsyncIterable<Buffer>;
}

const malformed = () =>
  new AwsError("MalformedPOSTRequest", "The body of your POST request is not well-formed multipart/form-data.", 400);

/** Finds markers in a stream of pieces, holding no more than one piece and a marker's length. */
class Scanner {
  readonly #pieces: AsyncIterator<Buffer>;
  // A line end before the first boundary makes it look like all others.
  #held: Buffer = Buffer.from("\r\n");

  constructor(pieces: AsyncIterable<Buffer>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** The bytes before the marker, in pieces; the marker itself is taken too. */
  async *until(marker: Buffer): AsyncGenerator<Buffer> {
    for (;;) {
      const at = this.#held.indexOf(marker);
      if (at >= 0) {
        const before = this.#held.subarray(0, at);
        this.#held = this.#held.subarray(at + marker.length);
        if (before.length) yield before;
        return;
      }
      const free = this.#held.length - marker.length + 1;
      if (free > 0) {
        yield this.#held.subarray(0, free);
        this.#held = this.#held.subarray(free);
      }
      await this.#more();
    }
  }

  async text(marker: Buffer, maxBytes: number): Promise<string> {
    const pieces: Buffer[] = [];
    let bytes = 0;
    for await (const piece of this.until(marker)) {
      pieces.push(piece);
      bytes += piece.length;
      if (bytes > maxBytes) {
        throw new AwsError(
          "MaxPostPreDataLengthExceeded",
          "Your POST request fields preceding the upload file were too large.",
          400,
          { MaxPostPreDataLengthBytes: MAX_FIELD_BYTES },
        );
      }
    }
    return Buffer.concat(pieces).toString("utf8");
  }

  async take(bytes: number): Promise<string> {
    while (this.#held.length < bytes) await this.#more();
    const taken = this.#held.subarray(0, bytes).toString("latin1");
    this.#held = this.#held.subarray(bytes);
    return taken;
  }

  async #more() {
    const next = await this.#pieces.next();
    if (next.done) throw incompleteBody();
    this.#held = Buffer.concat([this.#held, next.value]);
  }

  /** Reads what stands behind the file, which S3 ignores. */
  async finish() {
    while (!(await this.#pieces.next()).done);
  }

  async close() {
    await this.#pieces.return?.();
  }
}

/** Reads the fields of a form and hands it to `use` with its file; lets go of the stream afterwards. */
export async function readForm<T>(
  contentType: string,
  pieces: AsyncIterable<Buffer>,
  use: (form: Form) => Promise<T>,
): Promise<T> {
  const boundary = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType);
  const name = boundary?.[1] ?? boundary?.[2];
  if (!name) throw malformed();
  const scanner = new Scanner(pieces);
  try {
    const delimiter = Buffer.from(`\r\n--${name}`);
    const fields = new Map<string, string>();
    let left = MAX_FIELD_BYTES;
    await scanner.text(delimiter, left);
    for (;;) {
      if ((await scanner.take(2)) !== "\r\n")
        throw invalidArgument("POST requires exactly one file upload per request.", "file", "0");
      // An empty part head ends in one line end only; no browser sends that.
      const head = await scanner.text(Buffer.from("\r\n\r\n"), left);
      const part = disposition(head);
      if (part.name === "file") {
        const result = await use({ fields, fileName: part.fileName, file: scanner.until(delimiter) });
        await scanner.finish();
        return result;
      }
      const value = await scanner.text(delimiter, left);
      left -= head.length + value.length;
      if (fields.has(part.name)) throw invalidArgument("The form has a field twice.", part.name, value);
      fields.set(part.name, value);
    }
  } finally {
    await scanner.close();
  }
}

function disposition(head: string): { name: string; fileName: string } {
  const line = /^content-disposition:\s*form-data(.*)$/im.exec(head)?.[1] ?? "";
  const parameter = (name: string) => new RegExp(`;\\s*${name}="([^"]*)"`, "i").exec(line)?.[1];
  const name = parameter("name");
  if (!name) throw malformed();
  // Some browsers send a path; S3 takes its last segment.
  return { name: name.toLowerCase(), fileName: (parameter("filename") ?? "").split(/[/\\]/).at(-1) ?? "" };
}
