import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT, type signIn } from "./cloud.ts";
import { findLeft } from "./processes.ts";

/** What `dropclip start --json` prints. */
export type Ready = Parameters<typeof signIn>[0] & { cdn: string; issuer: string };

/** Longer than a start or a stop takes, however busy the machine. */
const LONGEST_MS = 120_000;
const POLL_MS = 50;
/** What was killed is gone within moments, unless the machine is very busy. */
const LEFT_POLLS = 400;
export const REACHES = ["process", "group", "all"] as const;
export type Reach = (typeof REACHES)[number];
const SHIM = join(ROOT, "packages/cli/bin/dropclip.mjs");

/** `dropclip start` as a process of its own, in a process group of its own as a terminal gives it. */
export class CloudProcess {
  readonly directory: string;
  readonly log: string;
  readonly #arguments: string[];
  #child: ChildProcess | undefined;

  /** Keeps its data and its log in `folder`. */
  constructor(folder: string, { port = 0 } = {}) {
    mkdirSync(folder, { recursive: true });
    this.directory = join(folder, "data");
    this.log = join(folder, "log");
    this.#arguments = ["start", "--port", String(port), "--json"];
  }

  /**
   * Begins a start, by `launcher` where it is given; resolves when it is ready, undefined when it ended before that.
   */
  start(launcher = [process.execPath, SHIM]): Promise<Ready | undefined> {
    const log = openSync(this.log, "a");
    const [command, ...before] = launcher;
    const child = spawn(command!, [...before, ...this.#arguments], {
      cwd: ROOT,
      env: { ...process.env, DROPCLIP_DIRECTORY: this.directory },
      stdio: ["ignore", "pipe", log, "ipc"],
      detached: true,
    });
    closeSync(log);
    this.#child = child;
    const line = once(createInterface(child.stdout!), "line").then(([text]) => JSON.parse(text) as Ready);
    const ended = once(child, "exit").then(() => undefined);
    return within("the start", Promise.race([line, ended]));
  }

  /** As `start`, and an error with the log's end when there is no cloud. */
  async ready(launcher?: string[]): Promise<Ready> {
    const ready = await this.start(launcher);
    if (ready) return ready;
    throw new Error(`the cloud did not start: ${readFileSync(this.log, "utf8").slice(-2000)}`);
  }

  /**
   * Sends a signal: to the one process that was started, to its group as Ctrl-C does, or to all that it runs and to
   * itself last, as a service manager may. Resolves when it has ended and nothing of it is left.
   */
  async kill(signal: NodeJS.Signals, to: Reach = "process") {
    const child = this.#child!;
    return this.#ended(`the end by ${signal}`, () => {
      if (to === "all") for (const { pid } of findLeft(this.directory)) signalTo(pid, signal);
      signalTo(to === "group" ? -child.pid! : child.pid!, signal);
    });
  }

  /** Closes the channel to the cloud, as the death of its parent process does. */
  async abandon() {
    return this.#ended("the end by itself", () => this.#child!.disconnect());
  }

  async #ended(what: string, end: () => void) {
    const child = this.#child!;
    const pid = this.#pid;
    if (this.#runs) {
      const gone = once(child, "exit");
      end();
      await within(what, gone);
    }
    for (let polls = 0; ; polls++) {
      const left = findLeft(this.directory, pid);
      if (left.length === 0) break;
      if (polls > LEFT_POLLS) throw new Error(`left behind: ${JSON.stringify(left)}`);
      await sleep(POLL_MS);
    }
    return { code: child.exitCode, signal: child.signalCode };
  }

  /** Ends it, however it stands. */
  async end() {
    if (this.#runs) await this.kill("SIGTERM");
  }

  /** Process id of the cloud itself; if npm was started, the cloud is another process. */
  get #pid(): number | undefined {
    try {
      return JSON.parse(readFileSync(join(this.directory, "run.json"), "utf8")).pid;
    } catch {
      return undefined; // it has not come so far
    }
  }

  get #runs() {
    return this.#child?.exitCode === null && this.#child.signalCode === null;
  }
}

function signalTo(pid: number, signal: NodeJS.Signals) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It has ended since it was looked for.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function within<T>(what: string, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`${what} took over ${LONGEST_MS / 1000} s`)), LONGEST_MS);
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}
