import { format } from "node:util";
import { send } from "./channel.ts";

const LEVELS = { log: "INFO", info: "INFO", debug: "DEBUG", warn: "WARN", error: "ERROR", trace: "TRACE" } as const;

/** The request being handled; the log names `undefined` during init, as Lambda's does. */
let requestId: string | undefined;

export function setRequestId(id: string | undefined) {
  requestId = id;
}

/** CloudWatch cuts longer entries (docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html). */
const ENTRY_BYTES = 1024 * 1024;

function entry(level: string, text: string | Buffer) {
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  send({ type: "log", level }, bytes.subarray(0, ENTRY_BYTES));
}

/** One line of Lambda's text format: time, request, level and message between tabs. */
export function log(level: string, message: string) {
  entry(level, `${new Date().toISOString()}\t${requestId}\t${level}\t${message}`);
}

/** Makes `console` write Lambda's format, and stdout and stderr keep their order with it. */
export function patchConsole() {
  for (const [name, level] of Object.entries(LEVELS)) {
    (console as any)[name] = (...args: unknown[]) => {
      const text = format(...args);
      if (level !== "TRACE") return log(level, text);
      const at = new Error().stack?.split("\n").slice(2).join("\n") ?? "";
      return log(level, `Trace: ${text}\n${at}`);
    };
  }
  for (const stream of [process.stdout, process.stderr]) {
    stream.write = (chunk: string | Uint8Array, encoding?: unknown, done?: unknown) => {
      const bytes =
        typeof chunk === "string"
          ? Buffer.from(chunk, typeof encoding === "string" ? (encoding as BufferEncoding) : "utf8")
          : Buffer.from(chunk);
      entry("INFO", bytes);
      const callback = typeof encoding === "function" ? encoding : done;
      if (typeof callback === "function") process.nextTick(callback);
      return true;
    };
  }
}
