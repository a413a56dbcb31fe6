/** Limits of Standard workflows (Step Functions developer guide, "Service quotas"). */

/** Limit of an input, an output, a task's result and one Assign, as UTF-8 JSON text. */
export const DATA_BYTES = 256 * 1024;
/** The event with this id is the execution's failure. */
export const HISTORY_EVENTS = 25_000;
/** Limit of an execution's name, in characters. */
export const NAME_LENGTH = 80;
/** How long after its end an execution can be redriven. */
export const REDRIVE_MS = 14 * 24 * 60 * 60 * 1000;
/** How long a closed execution is kept, and its name taken. */
export const RETENTION_MS = 90 * 24 * 60 * 60 * 1000;
/** Redrives of one execution. */
export const REDRIVES = 1000;
/** How long one JSONata expression may take (developer guide, "Handling expression errors"). */
export const EXPRESSION_MS = 1_000;
/** How deep one may nest: AWS takes `1+1+…` of 100 terms and refuses 101 (measured). */
export const EXPRESSION_DEPTH = 100;
/** Items a sequence may hold, and `$range` give (measured on AWS). */
export const SEQUENCE_ITEMS = 873_782;
export const RANGE_ITEMS = 360_145;
/** Iterations of an inline Map at a time, whatever its MaxConcurrency. */
export const INLINE_CONCURRENCY = 40;

/** Bytes of a value as JSON text. */
export function sizeOf(text: string): number {
  return Buffer.byteLength(text, "utf8");
}
