/** How a process can be told to end from outside; anything else it dies of is its own doing. */
const ENDING = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGKILL"];
/** One signal to many processes reaches them all within milliseconds, in any order. */
const GRACE_MS = 500;

/** Whether somebody ended the process who is not us: we kill without asking how it went. */
export function isForeignEnd(signal: NodeJS.Signals | null): boolean {
  return signal !== null && ENDING.includes(signal);
}

/**
 * Lets a moment pass after a child was ended by somebody else, before that counts as its failure. Who stops a service, a
 * container or a machine ends all of its processes, and a child may die before we hear of it: then nothing must be
 * recorded any more. Real time, as signals are. Resolves at once when `signal` aborts.
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
