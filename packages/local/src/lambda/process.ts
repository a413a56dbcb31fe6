import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { foreignEnd, isForeignEnd } from "../foreign-end.ts";
import { encodeFrame, type Frame, FrameReader, type InvokeFrame, type RuntimeFrame } from "./protocol.ts";

/** How an invocation, or the init before it, ended. `payload` is JSON text. */
export type Outcome =
  | { kind: "result"; payload: string }
  | { kind: "error"; payload: string }
  | { kind: "exit"; code: number | null; signal: NodeJS.Signals | null }
  | { kind: "memory" }
  | { kind: "killed" };

export interface ProcessOptions {
  env: Record<string, string>;
  cwd: string;
  memoryMb: number;
  /** Files of the runtime that every process runs first. */
  bootstrap: string;
  guard: string;
  /** Folder for the engine's compiled code of this bundle. */
  compileCache: string;
  onLog: (level: string, text: string) => void;
}

const MB = 1024 * 1024;
/** Lambda's own bootstrap gives the old space nine tenths of the memory. */
const OLD_SPACE_SHARE = 0.9;
/** V8's usual 16 would, over all functions at once, be most of what they hold. */
const YOUNG_MB = 2;
const MEMORY_WATCH_MS = 100;

/** One execution environment: a process that runs one invocation at a time. */
export class FunctionProcess {
  readonly pid: number | undefined;
  /** Resolves when the handler is loaded (undefined), or with how the init failed. */
  readonly ready: Promise<Outcome | undefined>;
  maxMemoryMb = 0;
  #dead = false;
  /** The process has ended, so its number may soon be another's. */
  #gone = false;
  #ended: Outcome | undefined;
  readonly #killed = new AbortController();
  #settle: ((outcome: Outcome | undefined) => void) | undefined;
  readonly #child: ChildProcess;
  readonly #options: ProcessOptions;

  constructor(options: ProcessOptions) {
    this.#options = options;
    const heapMb = Math.floor(options.memoryMb * OLD_SPACE_SHARE);
    const flags = [`--max-old-space-size=${heapMb}`, `--max-semi-space-size=${YOUNG_MB}`, "--require", options.guard];
    this.#child = spawn(process.execPath, [...flags, options.bootstrap, options.compileCache], {
      env: options.env,
      cwd: options.cwd,
      stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
      // A group of its own, so that what the handler started ends with it and a terminal's Ctrl-C does not reach it.
      detached: true,
    });
    this.pid = this.#child.pid;
    this.ready = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#listen();
  }

  get dead() {
    return this.#dead;
  }

  /** Runs one event; the caller limits its time by `kill`. */
  async invoke(header: InvokeFrame, payload: string): Promise<Outcome> {
    if (this.#ended) return this.#ended;
    const done = new Promise<Outcome | undefined>((resolve) => {
      this.#settle = resolve;
    });
    const watch = setInterval(() => this.#watchMemory(), MEMORY_WATCH_MS);
    watch.unref();
    (this.#child.stdio[3] as Writable).write(encodeFrame(header, payload));
    const outcome = (await done) ?? { kind: "exit", code: null, signal: null };
    clearInterval(watch);
    this.#measure();
    return outcome;
  }

  /** Ends the process and everything it started; a running invocation ends with `outcome`. */
  kill(outcome: Outcome = { kind: "killed" }) {
    this.#ended ??= outcome;
    this.#dead = true;
    this.#killed.abort();
    if (!this.#gone) this.#killGroup();
  }

  #killGroup() {
    if (this.pid === undefined) return;
    try {
      process.kill(-this.pid, "SIGKILL");
    } catch {
      // The group has ended already.
    }
  }

  /** Resolves when the process is gone. */
  async gone(): Promise<void> {
    if (this.pid === undefined || this.#gone) return;
    await new Promise((resolve) => this.#child.once("exit", resolve));
  }

  #listen() {
    const answers = new FrameReader<RuntimeFrame>((frame) => this.#answer(frame));
    const stream = this.#child.stdio[4] as Readable;
    stream.on("data", (chunk: Buffer) => {
      try {
        answers.push(chunk);
      } catch {
        this.kill({ kind: "exit", code: null, signal: "SIGKILL" });
      }
    });
    // Only what bypasses the runtime (child processes, the engine's last words) arrives on these two.
    for (const pipe of [this.#child.stdout, this.#child.stderr]) {
      pipe?.setEncoding("utf8").on("data", (text: string) => this.#options.onLog("INFO", text));
    }
    for (const pipe of this.#child.stdio) pipe?.on("error", () => undefined); // the exit reports it
    this.#child.on("error", () => this.#end({ kind: "exit", code: 127, signal: null }));
    // Its group first: a grandchild must not outlive it. Its last frames may still be in the pipe.
    const drained = new Promise((resolve) => stream.once("close", resolve));
    this.#child.on("exit", async (code, signal) => {
      this.#gone = true;
      this.#dead = true;
      this.#killGroup();
      await drained;
      if (!this.#ended && isForeignEnd(signal)) await foreignEnd(this.#killed.signal);
      this.#end({ kind: "exit", code, signal });
    });
  }

  #answer({ header, body }: Frame<RuntimeFrame>) {
    if (header.type === "log") return this.#options.onLog(header.level, body.toString());
    if (header.type === "ready") return this.#resolve(undefined);
    if (header.type === "result") return this.#resolve({ kind: "result", payload: body.toString() });
    const outcome: Outcome = { kind: "error", payload: body.toString() };
    if (header.type === "error") return this.#resolve(outcome);
    // The runtime ends itself after these two.
    this.#dead = true;
    this.#ended = outcome;
  }

  #end(outcome: Outcome) {
    this.#dead = true;
    this.#ended ??= outcome;
    this.#resolve(this.#ended);
  }

  #resolve(outcome: Outcome | undefined) {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(outcome);
  }

  #watchMemory() {
    if (this.#measure() > this.#options.memoryMb) this.kill({ kind: "memory" });
  }

  /** Memory of its own in MiB: the engine's code, which all processes share, does not count. */
  #measure(): number {
    try {
      const status = readFileSync(`/proc/${this.pid}/status`, "utf8");
      const used = Math.ceil((Number(/^RssAnon:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024) / MB);
      this.maxMemoryMb = Math.max(this.maxMemoryMb, used);
      return used;
    } catch {
      return 0; // it has ended, or this system has no /proc: the heap limit alone holds there
    }
  }
}
