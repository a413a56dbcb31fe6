/** Signals that end a process from outside; any other cause of death is the process's own failure. */
const ENDING = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGKILL"];
/** One signal to many processes reaches them all within milliseconds, in any order. */
const GRACE_MS = 500;

/** Whether another process ended it: we kill without looking at the result. */
export function isForeignEnd(signal: NodeJS.Signals | null): boolean {
  return signal !== null && ENDING.includes(signal);
}

/**
 * Waits a moment after a child was ended from outside, before that counts as its failure. A stop of the service, the
 * container or the machine ends all of its processes, and a child may die before our own signal arrives: then nothing
 * must be recorded any more. Real time, as signals are. Resolves at once when `signal` aborts.
 */
export function foreignEnd(signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, GRACE_MS);
    signal?.addEventListener("abort", done, { once: true });
  });
}
