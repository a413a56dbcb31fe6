/** A line of the local cloud's log. */
export interface LogEntry {
  /** `s3`, `lambda`, `states` … */
  service: string;
  level: "debug" | "info" | "warn" | "error";
  message: string;
  [detail: string]: unknown;
}
