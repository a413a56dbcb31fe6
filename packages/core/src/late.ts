import { LOST_EVENT_MS } from "./limits.ts";

/**
 * Whether nothing can arrive any more that was on its way at the time `at` (ISO 8601): its event has come, or is lost.
 */
export const isQuiet = (at: string, nowMs: number): boolean => nowMs - Date.parse(at) >= LOST_EVENT_MS;
