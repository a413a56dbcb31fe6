export * as Day from "./day.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** The day of a moment, `2026-06-01`, UTC. */
export const of = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** When the next day begins, epoch milliseconds. */
export const endOf = (ms: number) => (Math.floor(ms / DAY_MS) + 1) * DAY_MS;

/** Seconds until then, at least one. */
export const secondsLeft = (ms: number) => Math.ceil((endOf(ms) - ms) / 1000);
