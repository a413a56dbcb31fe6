import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Disk } from "../disk/disk.ts";
import { CachedObject, type ObjectFacts } from "./object.ts";

/** The edge keeps at most this much on disk unless told otherwise; an object above a quarter of it is not cached. */
const CACHE_BYTES = 4 * 1024 ** 3;
/** What an object costs besides its body: one block of the file system and its headers in memory. */
const OBJECT_BYTES = 4096;

/**
 * The edge's cache of all distributions: bodies are files, the least recently used go first. Emptied at every start.
 */
export class EdgeCache {
  readonly #directory: string;
  readonly #disk: Disk;
  readonly #limit: number;
  /** In order of use: a hit moves an object to the end. */
  readonly #objects = new Map<string, CachedObject>();
  #bytes = 0;
  #serial = 0;

  constructor(directory: string, disk: Disk, limitBytes = CACHE_BYTES) {
    this.#directory = directory;
    this.#disk = disk;
    this.#limit = limitBytes;
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
  }

  /** Bytes on disk, as the bound counts them. */
  get bytes() {
    return this.#bytes;
  }

  get largestObjectBytes() {
    return this.#limit / 4;
  }

  /**
   * Whether an object of this size is cached. On a disk that is almost full no more objects are cached, and those
   * without a reader are removed.
   */
  takes(bytes: number): boolean {
    if (bytes > this.largestObjectBytes) return false;
    if (!this.#disk.tight) return true;
    for (const object of [...this.#objects.values()]) if (!object.busy) this.drop(object);
    return false;
  }

  get(key: string): CachedObject | undefined {
    const object = this.#objects.get(key);
    if (object) {
      this.#objects.delete(key);
      this.#objects.set(key, object);
    }
    return object;
  }

  /** Makes an object; `listed` false keeps it out of the cache, for a fetch that began before an invalidation. */
  create(facts: Omit<ObjectFacts, "file">, listed: boolean): CachedObject {
    const object = new CachedObject({ ...facts, file: join(this.#directory, String(this.#serial++)) });
    if (!listed) {
      void object.drop();
      return object;
    }
    const old = this.#objects.get(facts.key);
    if (old) this.drop(old);
    this.#objects.set(facts.key, object);
    this.#bytes += OBJECT_BYTES;
    object.onBroken = () => this.drop(object);
    object.onGrow = (bytes) => this.#grown(object, bytes);
    this.#evict();
    return object;
  }

  drop(object: CachedObject) {
    if (this.#objects.get(object.facts.key) !== object) return;
    this.#objects.delete(object.facts.key);
    this.#bytes -= object.bytes + OBJECT_BYTES;
    object.onGrow = () => {};
    void object.drop();
  }

  /** Drops every object of the distribution that was asked for before a turn and whose URL the test accepts. */
  invalidate(distributionId: string, matches: (url: string) => boolean, before: number) {
    for (const object of [...this.#objects.values()]) {
      const { facts } = object;
      if (facts.distributionId === distributionId && facts.turn < before && matches(facts.url)) this.drop(object);
    }
  }

  /** Ends what is still being fetched. */
  abort() {
    for (const object of this.#objects.values()) object.abort();
  }

  #grown(object: CachedObject, bytes: number) {
    this.#bytes += bytes;
    if (object.bytes > this.largestObjectBytes) this.drop(object);
    this.#evict();
  }

  #evict() {
    for (const object of this.#objects.values()) {
      if (this.#bytes <= this.#limit) return;
      if (!object.busy) this.drop(object);
    }
  }
}
