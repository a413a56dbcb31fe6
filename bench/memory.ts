import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** By then a start's own work is over, and processes of functions that it used have ended: they are kept a minute. */
const QUIET_MS = 90_000;
const DEBUGGER = /ws:\/\/\S+/g;

/** In MiB, of all processes together. */
export interface Rest {
  /** With whatever garbage there is. */
  asItIs: number;
  /** After V8 has collected the main process's: it does so when it likes, and at rest it does not. */
  collected: number;
}

/** Proportional memory (PSS) of a process and its descendants, in MiB: shared pages are counted once. */
export function memoryMiB(pid: number): number {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    try {
      parents.set(Number(name), Number(readFileSync(`/proc/${name}/stat`, "utf8").split(") ")[1]!.split(" ")[1]));
    } catch {
      // The process ended while the list was read.
    }
  }
  const tree = [pid];
  for (const one of tree) for (const [child, parent] of parents) if (parent === one) tree.push(child);
  const kib = tree.map((one) => {
    try {
      return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${one}/smaps_rollup`, "utf8"))?.[1] ?? 0);
    } catch {
      // The process ended meanwhile.
      return 0;
    }
  });
  return kib.reduce((sum, one) => sum + one, 0) / 1024;
}

/** The memory of a cloud that nobody has used for 90 seconds. `log` has its error output. Takes as long. */
export async function atRest(pid: number, log: string): Promise<Rest> {
  await sleep(QUIET_MS);
  const asItIs = memoryMiB(pid);
  await collect(pid, log);
  return { asItIs, collected: memoryMiB(pid) };
}

/** Has a process collect its garbage, by Node's debugger. */
async function collect(pid: number, log: string) {
  process.kill(pid, "SIGUSR1");
  await sleep(1000);
  const url = readFileSync(log, "utf8").match(DEBUGGER)?.at(-1);
  if (!url) throw new Error("the cloud's debugger does not say where it is");
  const socket = new WebSocket(url);
  const answered = new Promise((resolve, reject) => {
    socket.onmessage = resolve;
    socket.onerror = () => reject(new Error(`no debugger at ${url}`));
  });
  socket.onopen = () => socket.send(JSON.stringify({ id: 1, method: "HeapProfiler.collectGarbage" }));
  await answered;
  socket.close();
  await sleep(1000);
}
