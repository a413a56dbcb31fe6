import { spawn, spawnSync } from "node:child_process";
import { constants } from "node:os";
import type { Clock } from "../../clock.ts";
import { foreignEnd, isForeignEnd } from "../../foreign-end.ts";
import type { Limits } from "../limits.ts";

/** How a child ended. */
export interface Outcome {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The last of what it wrote to standard error. */
  stderr: string;
  timedOut: boolean;
}

interface Options {
  clock: Clock;
  limits: Limits;
  /** How long it may take in all; asked again when that time is over, since what it does meanwhile may earn it more. */
  timeoutMs: number | (() => number);
  cwd?: string;
  signal?: AbortSignal;
  onStart?: (pid: number) => void;
  onStdout: (text: string) => void;
}

const STDERR_CHARS = 16 * 1024;
/** ffmpeg's exit status when a signal ended it in good order. */
const FFMPEG_INTERRUPTED = 255;
const available = new Map<string, boolean>();

/** The tools that bound a process exist on Linux (util-linux) and are simply left out elsewhere. */
function has(tool: string): boolean {
  let found = available.get(tool);
  if (found === undefined) {
    found = spawnSync(tool, ["--version"], { stdio: "ignore" }).status === 0;
    available.set(tool, found);
  }
  return found;
}

/** The command line that runs `command` with bounds; `exec` all the way, so the child's pid is ffmpeg's own. */
export function bounded(command: string, args: string[], limits: Limits): [string, string[]] {
  const line: string[] = [];
  // An ffmpeg must not outlive the process that started it, however that one dies.
  if (has("setpriv")) line.push("setpriv", "--pdeathsig", "KILL");
  if (has("prlimit"))
    line.push(
      "prlimit",
      `--as=${limits.memoryBytes}`,
      `--fsize=${limits.outputBytes}`,
      "--core=0",
      "--nofile=1024",
      "--",
    );
  // Enough to let what a person looks at go first, not enough to lose against it for long.
  if (has("nice")) line.push("nice", "-n", "1");
  line.push(command, ...args);
  return [line[0]!, line.slice(1)];
}

/**
 * Runs ffmpeg or ffprobe: bounded, without the caller's environment, killed on timeout or abort (rejects with its
 * reason).
 */
export async function run(command: string, args: string[], options: Options): Promise<Outcome> {
  options.signal?.throwIfAborted();
  const [file, rest] = bounded(command, args, options.limits);
  const env = { PATH: process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C" };
  // A group of its own: a terminal's Ctrl-C reaches us alone, and we decide what becomes of the job.
  const child = spawn(file, rest, { cwd: options.cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", options.onStdout);
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-STDERR_CHARS);
  });
  const finished = new Promise<Pick<Outcome, "code" | "signal">>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
  if (child.pid !== undefined) options.onStart?.(child.pid);
  const kill = () => child.kill("SIGKILL");
  options.signal?.addEventListener("abort", kill, { once: true });
  const alarm = new AbortController();
  let timedOut = false;
  expire(options, alarm.signal).then(
    () => {
      timedOut = true;
      kill();
    },
    () => {},
  );
  try {
    const { code, signal } = await finished;
    if (!timedOut && (isForeignEnd(signal) || code === FFMPEG_INTERRUPTED)) await foreignEnd(options.signal);
    options.signal?.throwIfAborted();
    return { code, signal, stderr, timedOut };
  } finally {
    alarm.abort();
    options.signal?.removeEventListener("abort", kill);
  }
}

/** Resolves when the time is over; rejects when the signal aborts. */
async function expire({ clock, timeoutMs }: Options, signal: AbortSignal) {
  const allowed = () => (typeof timeoutMs === "function" ? timeoutMs() : timeoutMs);
  for (let waited = 0, next = allowed(); waited < next; next = allowed()) {
    await clock.sleep(next - waited, signal);
    waited = next;
  }
}

/**
 * Kills the process `pid` when it still runs and its command line holds `marker`, which only this job's
 * ffmpeg has: after a crash the number may long belong to something else.
 */
export function killOrphan(pid: number, marker: string) {
  const { stdout } = spawnSync("ps", ["-ww", "-o", "args=", "-p", String(pid)], { encoding: "utf8" });
  if (!stdout?.includes(marker)) return;
  try {
    process.kill(pid, constants.signals.SIGKILL);
  } catch (error) {
    // It may have ended between the two calls.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
