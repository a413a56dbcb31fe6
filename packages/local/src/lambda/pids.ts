import { readFileSync, rmSync, writeFileSync } from "node:fs";

/**
 * The execution environments that run, so that the next start can end those of a service that was killed. Most end by
 * themselves when their pipe closes; a handler that never yields does not notice.
 */
export class PidFile {
  readonly #file: string;
  readonly #mark: string;
  readonly #pids = new Set<number>();

  /** `mark` stands in the command line of every process of ours: a number that is another's now is left alone. */
  constructor(file: string, mark: string) {
    this.#file = file;
    this.#mark = mark;
    for (const pid of this.#stored()) this.#endLeftOver(pid);
    rmSync(file, { force: true });
  }

  add(pid: number) {
    this.#pids.add(pid);
    this.#write();
  }

  delete(pid: number) {
    if (this.#pids.delete(pid)) this.#write();
  }

  /**
   * Losing the list must not fail the function: it only matters should the service be killed before it is written
   * again.
   */
  #write() {
    try {
      writeFileSync(this.#file, [...this.#pids].join("\n"));
    } catch {
      // A full disk, or a data directory that is gone, which the disk itself reports.
    }
  }

  #stored(): number[] {
    try {
      return readFileSync(this.#file, "utf8").split("\n").map(Number).filter(Number.isSafeInteger);
    } catch {
      return [];
    }
  }

  #endLeftOver(pid: number) {
    try {
      if (pid > 1 && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(this.#mark)) process.kill(-pid, "SIGKILL");
    } catch {
      // Gone, as it should be.
    }
  }
}
