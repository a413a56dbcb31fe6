import { execFileSync } from "node:child_process";
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A real file system that is small enough to be filled; only root may mount one, on Linux. */
export class SmallDisk {
  readonly directory = mkdtempSync(join(tmpdir(), "dropclip-small-"));
  readonly #filler = join(this.directory, "filler");

  constructor(megabytes: number) {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", this.directory], { stdio: "ignore" });
  }

  /** Writes until not one byte more fits, or no more than `leftBytes`, as another program may. */
  fill(leftBytes = 0) {
    const chunk = Buffer.alloc(4096);
    for (;;) {
      const { bavail, bsize } = statfsSync(this.directory);
      if (bavail * bsize <= leftBytes) return;
      writeFileSync(this.#filler, chunk, { flag: "a" });
    }
  }

  /** Gives back what was filled. */
  empty() {
    rmSync(this.#filler);
  }

  readOnly() {
    execFileSync("mount", ["-o", "remount,ro", this.directory]);
  }

  unmount() {
    execFileSync("umount", ["-l", this.directory]);
    rmdirSync(this.directory);
  }
}

/** Why none can be mounted here, for the title of what is skipped; empty where one can. */
export const cannotMount = (() => {
  try {
    new SmallDisk(1).unmount();
    return "";
  } catch {
    return " (skipped: this user may not mount a tmpfs)";
  }
})();
