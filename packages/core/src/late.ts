import { LOST_EVENT_MS } from "./limits.ts";

/** Whether every S3 event of files that were in transit at the time `at` (ISO 8601) has come, or is lost. */
export const isQuiet = (at: string, nowMs: number): boolean => nowMs - Date.parse(at) >= LOST_EVENT_MS;
