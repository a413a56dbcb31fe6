import { createHash, randomUUID } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { LambdaFunction } from "@dropclip/synth/cloud";
import { ALWAYS_EXTERNAL, esbuildArguments } from "@dropclip/synth/sst-build";
import type { Builds } from "./builds.ts";
import { esbuild, esbuildVersion } from "./esbuild.ts";
import { findHandler } from "./source.ts";

/** A function's code, ready to run. */
export interface Bundle {
  /** Changes when the code does. */
  id: string;
  directory: string;
  /** `claim-upload.handler` */
  handler: string;
}

interface Input {
  path: string;
  mtimeMs: number;
  bytes: number;
}

interface Manifest extends Bundle {
  /** What the bundle depends on besides its inputs. */
  key: string;
  inputs: Input[];
}

/** The bundles of all functions: built when first needed, kept across starts, built again when a source changed. */
export class Bundles {
  readonly #root: string;
  readonly #directory: string;
  readonly #stopped: AbortSignal;
  readonly #builds: Builds | undefined;
  readonly #building = new Map<string, Promise<Bundle>>();
  readonly #manifests = new Map<string, Manifest>();

  /** What is being built is given up when `stopped` aborts. `builds` are those that other clouds have made. */
  constructor(root: string, directory: string, stopped: AbortSignal, builds?: Builds) {
    this.#root = root;
    this.#directory = directory;
    this.#stopped = stopped;
    this.#builds = builds;
  }

  /** The bundle of the code as it is now. Rejects with esbuild's message when it cannot be built. */
  current(fn: LambdaFunction): Promise<Bundle> {
    const running = this.#building.get(fn.name);
    if (running) return running;
    const manifest = this.#manifests.get(fn.name) ?? this.#stored(fn);
    if (manifest?.key === key(fn) && existsSync(manifest.directory) && unchanged(manifest.inputs)) {
      this.#manifests.set(fn.name, manifest);
      return Promise.resolve(manifest);
    }
    const building = this.#build(fn).finally(() => this.#building.delete(fn.name));
    this.#building.set(fn.name, building);
    return building;
  }

  /** Waits for what is being built: it writes into the data directory. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#building.values());
    for (const { key, id, directory } of this.#manifests.values())
      this.#builds?.addCompiled(this.#shared(key), id, directory);
  }

  /** A build is that of these sources: another checkout has others. */
  #shared(key: string): string {
    return `${this.#root}\0${key}`;
  }

  /** A build that another cloud has made of the sources as they are now. */
  #made(fn: LambdaFunction): Manifest | undefined {
    const made = this.#builds?.manifest(this.#shared(key(fn))) as Omit<Manifest, "directory"> | undefined;
    if (!made || !unchanged(made.inputs)) return undefined;
    const directory = join(this.#directory, fn.name, made.id);
    const [moduleName = ""] = made.handler.split(".");
    if (!isIntact(directory, moduleName, made.id)) {
      rmSync(directory, { recursive: true, force: true });
      mkdirSync(dirname(directory), { recursive: true });
      this.#builds!.take(this.#shared(key(fn)), made.id, directory);
    }
    return isIntact(directory, moduleName, made.id) ? { ...made, directory } : undefined;
  }

  #stored(fn: LambdaFunction): Manifest | undefined {
    try {
      const manifest: Manifest = JSON.parse(readFileSync(join(this.#directory, fn.name, "manifest.json"), "utf8"));
      const [moduleName = ""] = manifest.handler.split(".");
      return isIntact(manifest.directory, moduleName, manifest.id) ? manifest : undefined;
    } catch {
      return undefined; // none yet, or cut off by a crash: it is built anew
    }
  }

  async #build(fn: LambdaFunction): Promise<Bundle> {
    const source = findHandler(this.#root, fn.handler);
    if (!source) throw new Error(`there is no file for the handler ${fn.handler} below ${this.#root}`);
    const made = this.#made(fn);
    if (made) return this.#keep(fn, made);
    const home = join(this.#directory, fn.name);
    const draft = join(home, `draft-${randomUUID()}`);
    mkdirSync(draft, { recursive: true });
    try {
      const startedMs = Date.now();
      const out = [`--outfile=${join(draft, `${source.moduleName}.mjs`)}`, `--metafile=${join(draft, "meta.json")}`];
      await esbuild(this.#root, [source.file, ...out, ...esbuildArguments(fn)], this.#stopped);
      const inputs = this.#inputs(draft, startedMs);
      const id = idOf(readFileSync(join(draft, `${source.moduleName}.mjs`)));
      const directory = join(home, id);
      const installed = ALWAYS_EXTERNAL.filter((name) => !fn.external.includes(name));
      link([...installed, ...fn.install], dirname(source.file), draft);
      if (isIntact(directory, source.moduleName, id)) rmSync(draft, { recursive: true });
      else {
        rmSync(directory, { recursive: true, force: true });
        renameSync(draft, directory);
      }
      const handler = `${source.moduleName}.${source.exportName}`;
      const manifest = { id, handler, key: key(fn), inputs };
      this.#builds?.add(this.#shared(key(fn)), id, directory, manifest);
      return this.#keep(fn, { ...manifest, directory });
    } catch (error) {
      rmSync(draft, { recursive: true, force: true });
      throw error;
    }
  }

  #keep(fn: LambdaFunction, manifest: Manifest): Manifest {
    const home = join(this.#directory, fn.name);
    const file = join(home, "manifest.json");
    writeFileSync(`${file}.new`, JSON.stringify(manifest));
    renameSync(`${file}.new`, file);
    // The one before stays: a process may still run it, and reads its source map when it throws.
    const keep = [manifest.id, this.#manifests.get(fn.name)?.id, "manifest.json"];
    for (const name of readdirSync(home)) {
      if (!keep.includes(name)) rmSync(join(home, name), { recursive: true, force: true });
    }
    this.#manifests.set(fn.name, manifest);
    return manifest;
  }

  /** The files whose change requires a new bundle: the sources themselves, and the lock file for installed packages. */
  #inputs(draft: string, startedMs: number): Input[] {
    const { inputs } = JSON.parse(readFileSync(join(draft, "meta.json"), "utf8")) as {
      inputs: Record<string, unknown>;
    };
    const sources = Object.keys(inputs).filter((path) => !path.includes("node_modules/"));
    const installed = ["package.json", "tsconfig.json", "node_modules/.package-lock.json"];
    return [...sources, ...installed].flatMap((name) => {
      const path = resolve(this.#root, name);
      const stat = statSync(path, { throwIfNoEntry: false });
      if (!stat) return [];
      // Written while the bundle was being built: whichever state was read, the next look builds again.
      return [{ path, mtimeMs: stat.mtimeMs >= startedMs ? 0 : stat.mtimeMs, bytes: stat.size }];
    });
  }
}

/** A machine that lost its power, or a disk that failed, may have kept the name of the code and not the code. */
function isIntact(directory: string, moduleName: string, id: string): boolean {
  const file = join(directory, `${moduleName}.mjs`);
  return existsSync(file) && idOf(readFileSync(file)) === id;
}

const idOf = (code: Buffer) => createHash("sha256").update(code).digest("hex").slice(0, 16);

function key(fn: LambdaFunction): string {
  return JSON.stringify([esbuildVersion, fn.handler, esbuildArguments(fn)]);
}

function unchanged(inputs: Input[]): boolean {
  return inputs.every(({ path, mtimeMs, bytes }) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat?.mtimeMs === mtimeMs && stat.size === bytes;
  });
}

/** Puts the packages that are not bundled beside the bundle, where `npm install` puts them for a deployment. */
function link(names: string[], from: string, directory: string) {
  for (const name of new Set(names)) {
    const target = findPackage(name, from);
    if (!target) continue;
    const path = join(directory, "node_modules", name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(target, path, "dir");
  }
}

function findPackage(name: string, from: string): string | undefined {
  const path = join(from, "node_modules", name);
  if (existsSync(path)) return path;
  return dirname(from) === from ? undefined : findPackage(name, dirname(from));
}
