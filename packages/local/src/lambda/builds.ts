import { createHash, randomUUID } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What the engine compiled of a bundle, within its folder. */
export const COMPILED = ".cache";

/**
 * Bundles that several clouds share, each cloud with a data directory of its own. A build is only ever added, whole and
 * under a name that says all it depends on besides its sources; the reader holds those against its manifest.
 */
export class Builds {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** The manifest of the newest build for `key`; undefined when there is none. */
  manifest(key: string): unknown {
    try {
      return JSON.parse(readFileSync(join(this.#home(key), "manifest.json"), "utf8"));
    } catch {
      return undefined;
    }
  }

  /** Copies a build to `directory`, which must not be there yet. */
  take(key: string, id: string, directory: string): void {
    cpSync(join(this.#home(key), id), directory, { recursive: true, verbatimSymlinks: true });
  }

  /** Adds a build. */
  add(key: string, id: string, directory: string, manifest: object): void {
    const home = this.#home(key);
    mkdirSync(home, { recursive: true });
    place(home, join(home, id), (draft) => cpSync(directory, draft, { recursive: true, verbatimSymlinks: true }));
    const draft = join(home, `draft-${randomUUID()}`);
    writeFileSync(draft, JSON.stringify(manifest));
    renameSync(draft, join(home, "manifest.json"));
  }

  /** Adds what the engine has compiled of a build, where that is not there yet. */
  addCompiled(key: string, id: string, directory: string): void {
    const [from, to] = [join(directory, COMPILED), join(this.#home(key), id, COMPILED)];
    if (existsSync(to) || !existsSync(from) || !existsSync(join(this.#home(key), id))) return;
    place(this.#home(key), to, (draft) => cpSync(from, draft, { recursive: true }));
  }

  #home(key: string): string {
    return join(this.#directory, createHash("sha256").update(key).digest("hex").slice(0, 32));
  }
}

/** Makes `target` appear whole; another process may be first with the same. */
function place(home: string, target: string, write: (draft: string) => void): void {
  if (existsSync(target)) return;
  const draft = mkdtempSync(join(home, "draft-"));
  try {
    write(join(draft, "made"));
    renameSync(join(draft, "made"), target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
