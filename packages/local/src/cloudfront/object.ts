import { constants } from "node:fs";
import { type FileHandle, open, unlink } from "node:fs/promises";
import type { Headers } from "./headers.ts";
import { Intervals } from "./intervals.ts";
import type { Span } from "./range.ts";

/** Bytes read from the cache file at a time. */
const CHUNK_BYTES = 64 * 1024;
/** A reader waits for a running fill that is at most this far behind it; else it is quicker to ask the origin. */
const NEAR_BYTES = 1024 * 1024;

/** What is known of an object when the origin's headers are in. */
export interface ObjectFacts {
  key: string;
  distributionId: string;
  /** Path and query, as invalidations name it. */
  url: string;
  /** Place of its fetch among fetches and invalidations. */
  turn: number;
  file: string;
  status: number;
  /** As sent to viewers, without Content-Length and Content-Range. */
  headers: Headers;
  /** The origin's own ETag and Last-Modified, for revalidation (a compressed object's differ from these). */
  etag?: string;
  lastModified?: string;
  /** Size of the stored body; unknown until the end when it is compressed on the way. */
  total?: number;
  storedAtMs: number;
  freshUntilMs: number;
  /** An error of CloudFront's own, whose page is written anew for every viewer. */
  problem?: string;
}

/** One viewer's hold on an object. */
export interface Reader {
  /**
   * The bytes of the span, as they come, until `signal` says the viewer left; throws when the origin breaks off before.
   */
  read(signal: AbortSignal): AsyncGenerator<Buffer>;
  close(): void;
}

interface Fill extends Span {
  position: number;
  abort: () => void;
}

/** A cached object: headers in memory, the body, or the parts of it that were asked for, in a sparse file. */
export class CachedObject {
  facts: ObjectFacts;
  /** Called with the bytes each write added. */
  onGrow: (bytes: number) => void = () => {};
  /** Called when the object turns out to be unusable: its body broke off and cannot be continued. */
  onBroken: () => void = () => {};
  readonly #present = new Intervals();
  readonly #fills = new Set<Fill>();
  readonly #readers = new Set<Span>();
  #changed = Promise.withResolvers<void>();
  #handle: Promise<FileHandle> | undefined;
  #users = 0;
  #dropped = false;

  constructor(facts: ObjectFacts) {
    this.facts = facts;
  }

  get bytes() {
    return this.#present.bytes;
  }

  get busy() {
    return this.#users > 0;
  }

  get dropped() {
    return this.#dropped;
  }

  /** The first byte of the span that is neither here nor about to be; undefined when all of it is. */
  firstGap({ start, end }: Span): number | undefined {
    let at = start;
    while (at < end) {
      at += this.#present.from(at);
      if (at >= end || this.#complete(at)) return undefined;
      const fill = this.#fillFor(at);
      if (!fill) return at;
      at = fill.end;
    }
    return undefined;
  }

  /**
   * Writes an origin's body from `start` on and returns at once; readers follow the writing. A fill without readers is
   * aborted: CloudFront does not go on fetching for a viewer that left. What arrived stays usable.
   */
  fill(body: AsyncIterable<Buffer>, span: Span, abort: () => void) {
    const fill: Fill = { ...span, position: span.start, abort };
    this.#fills.add(fill);
    this.#write(body, fill).catch(() => this.#fillFailed(fill));
  }

  /**
   * Registers a reader of the span: from now on the object can be read though it be dropped, and what is being fetched
   * of the span is fetched on. Undefined when the object is gone already. The reader must be closed.
   */
  open(span: Span): Reader | undefined {
    if (this.#dropped && this.#users === 0) return undefined;
    const reader = { ...span };
    this.#readers.add(reader);
    // A file that cannot be opened shows when it is read.
    const handle = this.#acquire();
    handle.catch(() => {});
    return {
      read: (signal) => this.#follow(handle, reader, signal),
      close: () => {
        this.#readers.delete(reader);
        if (span.start < span.end) this.#abandon();
        this.#release().catch(() => {});
      },
    };
  }

  /** Removes the object: its file is unlinked at once; open readers can still read it. */
  async drop() {
    if (this.#dropped) return;
    this.#dropped = true;
    await unlink(this.facts.file).catch(() => {});
  }

  /** Ends every running fill. */
  abort() {
    for (const fill of this.#fills) fill.abort();
  }

  async #write(body: AsyncIterable<Buffer>, fill: Fill) {
    await this.#using(async (handle) => {
      for await (const chunk of body) {
        if (fill.position + chunk.length > fill.end) throw new Error("the origin sent more than it said");
        for (let written = 0; written < chunk.length; ) {
          const { bytesWritten } = await handle.write(chunk, written, chunk.length - written, fill.position + written);
          written += bytesWritten;
        }
        const end = fill.position + chunk.length;
        this.onGrow(this.#present.add({ start: fill.position, end }));
        fill.position = end;
        this.#wake();
      }
      if (fill.end === Number.POSITIVE_INFINITY) this.facts.total = fill.position;
      else if (fill.position < fill.end) throw new Error("the origin's body ended early");
      this.#fills.delete(fill);
      this.#wake();
    });
  }

  #fillFailed(fill: Fill) {
    this.#fills.delete(fill);
    fill.abort();
    // Without a size the rest cannot be asked for by range.
    if (this.facts.total === undefined) this.onBroken();
    this.#wake();
  }

  async *#follow(opened: Promise<FileHandle>, reader: Span, signal: AbortSignal): AsyncGenerator<Buffer> {
    // A reader that waits for bytes would not notice otherwise that its viewer left.
    const wake = () => this.#wake();
    signal.addEventListener("abort", wake);
    try {
      const handle = await opened;
      while (reader.start < reader.end && !this.#complete(reader.start)) {
        signal.throwIfAborted();
        const changed = this.#changed.promise;
        const length = Math.min(this.#present.from(reader.start), reader.end - reader.start, CHUNK_BYTES);
        if (length > 0) {
          const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, reader.start);
          if (bytesRead === 0) throw new Error("the cache file is shorter than it should be");
          reader.start += bytesRead;
          yield buffer.subarray(0, bytesRead);
        } else if (this.#fillFor(reader.start, Number.POSITIVE_INFINITY)) {
          await changed;
        } else {
          throw new Error("the origin broke off");
        }
      }
    } finally {
      signal.removeEventListener("abort", wake);
    }
  }

  #complete(at: number) {
    return this.facts.total !== undefined && at >= this.facts.total;
  }

  #fillFor(at: number, near = NEAR_BYTES): Fill | undefined {
    for (const fill of this.#fills) {
      if (fill.position <= at && at < fill.end && at - fill.position <= near) return fill;
    }
    return undefined;
  }

  /** Aborts the fills without readers, at once, so that no new reader begins to rely on them. */
  #abandon() {
    for (const fill of [...this.#fills]) {
      const read = [...this.#readers].some(({ start, end }) => start < fill.end && end > fill.position);
      if (!read) this.#fillFailed(fill);
    }
  }

  #wake() {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }

  async #using(work: (handle: FileHandle) => Promise<void>) {
    try {
      await work(await this.#acquire());
    } finally {
      await this.#release();
    }
  }

  async #acquire(): Promise<FileHandle> {
    this.#users++;
    this.#handle ??= open(this.facts.file, constants.O_RDWR | constants.O_CREAT);
    return this.#handle;
  }

  async #release() {
    this.#users--;
    if (this.#users > 0) return;
    const handle = this.#handle;
    this.#handle = undefined;
    await (await handle)?.close();
    // Dropped before its file was made.
    if (this.#dropped && this.#users === 0) await unlink(this.facts.file).catch(() => {});
  }
}
