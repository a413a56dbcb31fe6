import type { Paint } from "../color.ts";
import { clean, shorten } from "../format.ts";
import type { LogEntry } from "./started.ts";

const COLORS = { debug: "gray", warn: "yellow", error: "red" } as const;
const MARKS = { debug: "", info: "", warn: "warning: ", error: "ERROR: " };

/** Fields that a function's log repeats on every line; the function's own log file keeps them. */
const NOISE = ["level", "message", "timestamp", "service", "sampling_rate", "xray_trace_id", "cold_start"];
/** A stack belongs in the log file, not on one line. */
const LONGEST_DETAIL = 160;

/** One log entry as one line: time, service, message; `warning:` and `ERROR:` are visible without colour, too. */
export function logLine(entry: LogEntry, at: Date, paint: Paint): string {
  const time = at.toTimeString().slice(0, 8);
  const name = typeof entry.function === "string" ? `${entry.function}: ` : "";
  const { level } = entry;
  const text = `${time}  ${entry.service.padEnd(12)} ${MARKS[level]}${clean(name + readable(entry.message))}`;
  return level === "info" ? text : paint(COLORS[level], text);
}

/** A function's structured log line as its message and `name=value` pairs; any other text unchanged. */
function readable(message: string): string {
  const fields = structured(message);
  if (!fields) return message;
  const details = Object.entries(fields).filter(([name]) => !NOISE.includes(name));
  return [fields.message, ...details.map(([name, value]) => `${name}=${shorten(textOf(value), LONGEST_DETAIL)}`)].join(
    "  ",
  );
}

function structured(message: string): ({ message: string } & Record<string, unknown>) | undefined {
  if (!message.startsWith("{")) return undefined;
  try {
    const fields = JSON.parse(message);
    return typeof fields.message === "string" ? fields : undefined;
  } catch {
    // A text that only begins like JSON.
    return undefined;
  }
}

/** An error's message is enough here; its stack is in the log file. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  const { message } = (value ?? {}) as { message?: unknown };
  return typeof message === "string" ? message : JSON.stringify(value);
}
