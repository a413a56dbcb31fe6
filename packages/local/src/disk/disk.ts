import { statSync } from "node:fs";
import type { LogEntry } from "../log-entry.ts";
import { faultOf, StorageError } from "./fault.ts";
import { Spare, tryWrite } from "./probe.ts";
import { bytesText, reserveOf, type Space, spaceOf } from "./space.ts";

export interface DiskOptions {
  /** Holds all data of the cloud. */
  directory: string;
  log?: (entry: LogEntry) => void;
  /** Reads the room there is; the file system's by default. */
  space?: () => Space;
  /** What is kept free of so many bytes in all. */
  reserve?: (totalBytes: number) => number;
  /** Writes so many bytes to see whether that goes; why not. */
  trial?: (bytes?: number) => Error | undefined;
}

/** Work goes on when there is this much of the reserve: so that one freed file does not turn it on and off. */
const ENOUGH = 1.25;
/** A spare file is only worth having while a disk is filling: between these shares of the reserve. */
const SPARE_FROM = 2;
const SPARE_TO = 10;
/** Checks between two trials of a disk that keeps failing though it takes small files; the first comes at once. */
const LONGEST_PAUSE_CHECKS = 256;

/**
 * The disk that holds the data. Below a reserve no writes from outside are accepted, so that the services can still
 * record their state; work that fails for lack of room waits here and continues by itself. Logs one line at each
 * change.
 */
export class Disk {
  readonly directory: string;
  readonly #log: (entry: LogEntry) => void;
  readonly #space: () => Space;
  readonly #reserve: (totalBytes: number) => number;
  readonly #trial: (bytes?: number) => Error | undefined;
  readonly #spare: Spare;
  /** The files and folders that must stay what they were, by path. */
  readonly #guarded = new Map<string, string>();
  readonly #lost = Promise.withResolvers<string>();
  #lostWhy: string | undefined;
  /** Why writes are refused now. */
  #trouble: string | undefined;
  /** Set by a write that failed: until one succeeds, free bytes prove nothing. */
  #failed: string | undefined;
  /** Checks to go until the next trial; doubled by each failure soon after the last, so that no log fills with them. */
  #pauseChecks = 0;
  #nextPauseChecks = 1;
  #times = 0;
  #promisedBytes = 0;
  /** The smallest body that was refused for its size, and said so. */
  #tooLargeBytes = Number.POSITIVE_INFINITY;
  #waiting: (() => void)[] = [];

  constructor({
    directory,
    log = () => {},
    space = () => spaceOf(directory),
    reserve = reserveOf,
    trial = (bytes) => tryWrite(directory, bytes),
  }: DiskOptions) {
    this.directory = directory;
    this.#log = log;
    this.#space = space;
    this.#reserve = reserve;
    this.#trial = trial;
    this.#spare = new Spare(directory);
  }

  /** Resolves with one sentence when the data are gone or damaged: nothing can go on then. */
  get lost(): Promise<string> {
    return this.#lost.promise;
  }

  /** To be called every second or so: tries whether a disk that failed takes writes again. */
  check() {
    if (this.#failed) {
      if (this.#pauseChecks > 0) this.#pauseChecks--;
      else if (!this.#trial()) this.#failed = undefined;
    } else if (this.#nextPauseChecks > 1) this.#nextPauseChecks--;
    this.look();
  }

  /** Looks at the disk anew; why nothing may be written, undefined while all is well. */
  look(): string | undefined {
    this.#watch();
    if (this.#lostWhy) return this.#lostWhy;
    const { freeBytes, reserveBytes } = this.#read();
    const short = freeBytes < reserveBytes * (this.#trouble ? ENOUGH : 1);
    if (short && freeBytes < reserveBytes / 8) this.#spare.give();
    if (this.#failed) this.#enter(`${this.directory} cannot be written (${this.#failed})`);
    else if (short)
      this.#enter(
        `${bytesText(freeBytes)} are free on the disk of ${this.directory}, less than the ${bytesText(reserveBytes)} that are kept in reserve`,
      );
    else this.#leave(freeBytes, reserveBytes);
    return this.#trouble;
  }

  /** Whether caches should give way: the reserve is near. */
  get tight(): boolean {
    if (this.#trouble || this.#lostWhy) return true;
    const { freeBytes, reserveBytes } = this.#read();
    return freeBytes < SPARE_FROM * reserveBytes;
  }

  /**
   * Lets a write of so many bytes from outside begin; to be told when it has ended. Throws StorageError below the
   * reserve, and when the bytes would use up half of it.
   */
  admit(bytes: number): () => void {
    const trouble = this.look();
    if (trouble) throw new StorageError(`${trouble}.`);
    const { freeBytes, reserveBytes } = this.#read();
    const leftBytes = freeBytes - this.#promisedBytes - reserveBytes / 2;
    if (bytes > leftBytes) throw this.#tooLarge(bytes, freeBytes);
    this.#promisedBytes += bytes;
    return () => {
      this.#promisedBytes -= bytes;
    };
  }

  /** Notes a failed write. The error to pass on in its place where the disk is to blame; the error itself where not. */
  blame(error: unknown, path = this.directory): unknown {
    const fault = faultOf(error);
    if (!fault) {
      // A folder that is gone fails in as many ways as there are calls.
      this.#watch();
      return this.#lostWhy ? new StorageError(`${this.#lostWhy}.`, error) : error;
    }
    const said = reasonOf(error);
    if (fault === "damaged")
      this.#lose(
        `${path} is damaged (${said}): start with --fresh, which deletes all local data, or on a copy of ${this.directory}`,
      );
    else {
      this.#fail(said);
      if (fault === "full") this.#spare.give();
    }
    return new StorageError(`${this.look() ?? `${path} could not be written (${said})`}.`, error);
  }

  /** To be kept while something is done, for `failedSince`. */
  mark(): number {
    return this.#trouble ? this.#times - 1 : this.#times;
  }

  /** Whether the disk may be why what was done since the mark failed. */
  failedSince(mark: number): boolean {
    // Not every failure names the disk: a read-only one answers some calls with another error.
    if (this.look() === undefined) {
      const error = this.#trial(1);
      if (error) this.#fail(reasonOf(error));
    }
    return this.look() !== undefined || this.#times > mark;
  }

  /**
   * Resolves when there is room, and for `bytes` beside the reserve; at once while there is. Never after the data were
   * lost. Rejects with the signal's reason.
   */
  async room(signal?: AbortSignal, bytes = 0): Promise<void> {
    while (this.look() !== undefined || this.#freeBytes() < bytes) {
      signal?.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const onAbort = () => reject(signal?.reason);
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#waiting.push(resolve);
      await promise.finally(() => signal?.removeEventListener("abort", onAbort));
    }
    signal?.throwIfAborted();
  }

  /** From now on the file or folder must stay what it is: once it is removed or replaced, the data are lost. */
  guard(path: string) {
    const identity = identityOf(path);
    if (identity) this.#guarded.set(path, identity);
  }

  #read() {
    try {
      const { freeBytes, totalBytes } = this.#space();
      return { freeBytes, reserveBytes: this.#reserve(totalBytes) };
    } catch (error) {
      this.#fail(reasonOf(error));
      return { freeBytes: 0, reserveBytes: 0 };
    }
  }

  #freeBytes() {
    const { freeBytes, reserveBytes } = this.#read();
    return freeBytes - reserveBytes;
  }

  #fail(said: string) {
    if (this.#failed === undefined) {
      this.#pauseChecks = this.#nextPauseChecks - 1;
      this.#nextPauseChecks = Math.min(2 * this.#nextPauseChecks, LONGEST_PAUSE_CHECKS);
    }
    this.#failed = said;
  }

  #watch() {
    if (this.#lostWhy) return;
    // The outermost first: it was guarded first.
    const gone = [...this.#guarded].find(([path, identity]) => identityOf(path) !== identity);
    if (gone)
      this.#lose(
        `${gone[0]} was removed or replaced while the local cloud ran: start again to begin with what is there`,
      );
  }

  #lose(why: string) {
    if (this.#lostWhy) return;
    this.#lostWhy = why;
    this.#times++;
    this.#lost.resolve(why);
  }

  #enter(trouble: string) {
    const news = this.#trouble === undefined || (this.#failed !== undefined && this.#trouble !== trouble);
    if (this.#trouble === undefined) this.#times++;
    this.#trouble = trouble;
    const remedy = this.#failed ? "fix that" : "make room";
    if (news)
      this.#say(
        "error",
        `${trouble}: S3 refuses writes and work that needs them waits; ${remedy}, and all work continues by itself`,
      );
  }

  #leave(freeBytes: number, reserveBytes: number) {
    if (freeBytes - this.#promisedBytes - reserveBytes / 2 >= this.#tooLargeBytes)
      this.#tooLargeBytes = Number.POSITIVE_INFINITY;
    if (freeBytes > SPARE_FROM * reserveBytes && freeBytes < SPARE_TO * reserveBytes) this.#spare.take(reserveBytes);
    if (this.#trouble !== undefined)
      this.#say(
        "info",
        `the disk of ${this.directory} accepts writes again (${bytesText(freeBytes)} free): all work continues`,
      );
    this.#trouble = undefined;
    // Those who need more room than there is wait on.
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #tooLarge(bytes: number, freeBytes: number): StorageError {
    const message = `${bytesText(bytes)} do not fit: ${bytesText(freeBytes)} are free on the disk of ${this.directory}, and some of that is kept in reserve or promised to other uploads`;
    if (bytes < this.#tooLargeBytes) this.#say("warn", `${message}; refused until there is room`);
    this.#tooLargeBytes = Math.min(bytes, this.#tooLargeBytes);
    return new StorageError(`${message}.`);
  }

  #say(level: LogEntry["level"], message: string) {
    this.#log({ service: "disk", level, message });
  }
}

/** A disk that never fills, for data in memory. */
export function memoryDisk(): Disk {
  const freeBytes = Number.POSITIVE_INFINITY;
  const space = () => ({ freeBytes, totalBytes: freeBytes });
  return new Disk({ directory: ":memory:", space, reserve: () => 0, trial: () => undefined });
}

/** What stays the same while a path names the same file. */
function identityOf(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stat && `${stat.dev}:${stat.ino}`;
}

function reasonOf(error: unknown): string {
  const { message } = error as Error;
  // From `ENOSPC: no space left on device, write`: the system call is of no use to the reader.
  return message.replace(/, \w+( '.*')?$/, "");
}
