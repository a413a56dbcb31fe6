import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ROOT } from "../../test/cloud.ts";
import { findLeft } from "../../test/processes.ts";
import type { Signal } from "./options.ts";

/** API, CDN, AWS endpoint and user pool. */
const PORTS = 4;
const FIRST_PORT = 20_000;
const LAST_PORT = 30_000;
/** A start that takes longer has hung. */
const START_MS = 120_000;
/** So has a stop, and what a killed cloud has left behind. */
const STOP_MS = 30_000;

/** What `dropclip start --json` prints. */
export interface Ready {
  api: string;
  cdn: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  endpoints: Record<"s3" | "states" | "dynamodb", string>;
  issuer: string;
}

/** The cloud that is killed and started again, always on the same ports, as it is for users. */
export class Victim {
  readonly #folder: string;
  readonly #directory: string;
  #port = 0;
  #child: ChildProcess | undefined;

  constructor(folder: string) {
    this.#folder = folder;
    this.#directory = join(folder, "data");
  }

  get log() {
    return join(this.#folder, "log");
  }

  /** Begins a start; `ready` resolves with the addresses, or undefined when the process was killed before that. */
  async start(): Promise<{ ready: Promise<Ready | undefined> }> {
    this.#port ||= await freePorts();
    const log = openSync(this.log, "a");
    const command = [join(ROOT, "packages/cli/bin/dropclip.mjs"), "start", "--port", String(this.#port), "--json"];
    const child = spawn(process.execPath, command, {
      env: { ...process.env, DROPCLIP_DIRECTORY: this.#directory },
      stdio: ["ignore", "pipe", log],
      // A group of its own, as a terminal gives it, so that a signal can reach all of it at once.
      detached: true,
    });
    this.#child = child;
    const line = once(createInterface(child.stdout!), "line").then(([text]) => JSON.parse(text) as Ready);
    const ended = once(child, "exit").then(() => undefined);
    return { ready: within(START_MS, "the start", Promise.race([line, ended])) };
  }

  /** Sends the signal, to the whole group as Ctrl-C does or to the one process, and waits until nothing of it is left. */
  async kill(signal: Signal, whole: boolean) {
    const child = this.#child!;
    const gone = child.exitCode === null && child.signalCode === null ? once(child, "exit") : Promise.resolve();
    process.kill(whole ? -child.pid! : child.pid!, signal);
    await within<unknown>(STOP_MS, `the stop by ${signal}`, gone);
    await within(STOP_MS, "the end of its children", this.#nothingLeft());
  }

  async #nothingLeft() {
    while (findLeft(this.#directory).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  /** Ends it, however it stands. */
  async end() {
    const child = this.#child;
    if (child?.exitCode === null && child.signalCode === null) await this.kill("SIGTERM", false);
  }
}

async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  const timer = Promise.withResolvers<never>();
  const handle = setTimeout(() => timer.reject(new Error(`${what} took longer than ${ms / 1000} s`)), ms);
  return Promise.race([work, timer.promise]).finally(() => clearTimeout(handle));
}

/** The first of four free ports in a row. */
async function freePorts(): Promise<number> {
  for (let first = FIRST_PORT; first + PORTS < LAST_PORT; first += PORTS) {
    const free = await Promise.all(Array.from({ length: PORTS }, (_, index) => isFree(first + index)));
    if (free.every(Boolean)) return first;
  }
  throw new Error("no four free ports in a row");
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
