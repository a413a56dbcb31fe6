import { vi } from "vitest";

/** Longer than anything here takes, however busy the machine; a hang fails all the same. */
const PATIENCE_MS = 120_000;

/**
 * What `check` returns once it throws no more; its error when it still does after a time that no test should need.
 * Asked often, a check that is a call of a function takes the processor from what it waits for.
 */
export const eventually = <T>(check: () => T | Promise<T>, intervalMs = 50): Promise<T> =>
  vi.waitFor(check, { timeout: PATIENCE_MS, interval: intervalMs });
