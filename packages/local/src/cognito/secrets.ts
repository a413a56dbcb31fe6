import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

/** A signing key as it is kept; times in milliseconds since the epoch. */
export interface KeptKey {
  kid: string;
  /** PKCS #8, PEM. */
  privateKey: string;
  createdMs: number;
  /** When the last token it signed has expired; absent for the key that signs now. */
  retiredMs?: number;
}

interface Kept {
  /** Signs the cookies of the hosted pages, and the tokens of their forms. */
  cookieKey: string;
  /** By pool, the newest last. */
  pools: Record<string, KeptKey[]>;
}

/** Secrets of the user pools, in a file that only its owner may read. */
export class Secrets {
  readonly #file: string;
  readonly #kept: Kept;

  constructor(directory: string) {
    this.#file = join(directory, "cognito.json");
    this.#kept = this.#read();
  }

  get cookieKey(): string {
    return this.#kept.cookieKey;
  }

  keys(pool: string): KeptKey[] {
    return this.#kept.pools[pool] ?? [];
  }

  /** On disk when it returns. */
  setKeys(pool: string, keys: KeptKey[]) {
    this.#kept.pools[pool] = keys;
    this.#write(this.#kept);
  }

  #read(): Kept {
    let text: string;
    try {
      text = readFileSync(this.#file, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      const fresh: Kept = { cookieKey: randomBytes(32).toString("base64"), pools: {} };
      this.#write(fresh);
      return fresh;
    }
    const damaged = new Error(`${this.#file} is damaged: remove it to get new keys; who is signed in must do so again`);
    try {
      const kept = JSON.parse(text) as Partial<Kept> | null;
      if (typeof kept?.cookieKey === "string" && typeof kept.pools === "object" && kept.pools) return kept as Kept;
    } catch {
      // Reported below, like any other damage.
    }
    throw damaged;
  }

  /** Written aside and renamed, so that a crash leaves the old file or the new one. */
  #write(kept: Kept) {
    const draft = `${this.#file}.${process.pid}-${randomBytes(4).toString("hex")}`;
    try {
      const handle = openSync(draft, "wx", 0o600);
      try {
        writeSync(handle, `${JSON.stringify(kept, null, 2)}\n`);
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
      renameSync(draft, this.#file);
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    }
  }
}
