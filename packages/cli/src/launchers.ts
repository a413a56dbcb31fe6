import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

const WATCH_MS = 500;
/** Command lines of npm and npx; both run commands through a shell. */
const NPM = /^(?:\S*\/)?(?:npm|npx)(?:-cli\.js)?(?:\s|$)|^\S*node\S*\s+\S*\/(?:npm|npx)(?:-cli\.js)?(?:\s|$)/;
const SHELL = /^\S*sh -c /;
/** The shim, which starts another version of Node where needed. */
const SHIM = /\bdropclip(?:\.mjs)?(?:\s|$)/;

/**
 * Calls `gone` when one of the processes that started this one has ended: `npm start` is a chain of npms and shells,
 * and when one of them is killed, the others get no signal. Never keeps the process alive.
 */
export async function watchLaunchers(env: NodeJS.ProcessEnv, gone: () => void): Promise<void> {
  if (!env.npm_command) return;
  const pids = launchersOf(process.ppid, await processes());
  if (pids.length === 0) return;
  const timer = setInterval(() => {
    if (pids.every(isAlive)) return;
    clearInterval(timer);
    gone();
  }, WATCH_MS);
  timer.unref();
}

/** Process ids with their parents and command lines. */
export type Processes = Map<number, { parent: number; command: string }>;

/** The processes from `first` upwards to the last npm in the chain: a shell above it may end at any time. */
export function launchersOf(first: number, all: Processes): number[] {
  const row: number[] = [];
  let length = 0;
  for (let pid = first, one = all.get(pid); one; pid = one.parent, one = all.get(pid)) {
    const npm = NPM.test(one.command);
    if (!npm && !SHELL.test(one.command) && !SHIM.test(one.command)) break;
    row.push(pid);
    if (npm) length = row.length;
  }
  return row.slice(0, length);
}

async function processes(): Promise<Processes> {
  try {
    const { stdout } = await run("ps", ["-ww", "-A", "-o", "pid=,ppid=,args="], { maxBuffer: 16 * 1024 * 1024 });
    const rows = stdout.matchAll(/^\s*(\d+)\s+(\d+)\s+(.*)$/gm);
    return new Map(
      [...rows].map(([, pid, parent, command]) => [Number(pid), { parent: Number(parent), command: command! }]),
    );
  } catch {
    // Without ps this is not supported: a user who kills npm must end the other processes, too.
    return new Map();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
