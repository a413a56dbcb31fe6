import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";

/** A function's log and the one before it take twice this at most. */
const FILE_BYTES = 5 * 1024 * 1024;

/** The log of each function as a file, `{directory}/{function}.log`; the older half is `.log.1`. */
export class LogFiles {
  readonly #directory: string;
  readonly #sizes = new Map<string, number>();

  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true });
  }

  file(functionName: string): string {
    return join(this.#directory, `${functionName}.log`);
  }

  /** Appends one entry; losing the log must not fail the function. */
  append(functionName: string, text: string) {
    const line = text.endsWith("\n") ? text : `${text}\n`;
    const file = this.file(functionName);
    try {
      let bytes = this.#sizes.get(functionName) ?? statSync(file, { throwIfNoEntry: false })?.size ?? 0;
      if (bytes > FILE_BYTES) {
        renameSync(file, `${file}.1`);
        bytes = 0;
      }
      appendFileSync(file, line);
      this.#sizes.set(functionName, bytes + Buffer.byteLength(line));
    } catch {
      // A full disk: the line still reaches the caller's own log.
    }
  }

  /** The current file's text; empty when the function has not logged. */
  read(functionName: string): string {
    try {
      return readFileSync(this.file(functionName), "utf8");
    } catch {
      return "";
    }
  }
}
