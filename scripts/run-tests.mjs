// Runs every test. The last one then checks which grants of the roles were used in all of them. The local clouds that
// the tests start share the functions they build, and all processes what the engine compiled of their modules.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync } from "node:fs";
import { freemem, tmpdir } from "node:os";
import { join } from "node:path";

const GIB = 2 ** 30;
const MEMORY_DISK = "/dev/shm";

/**
 * Where tests put files: in memory where there is plenty, else on the disk. Local clouds wait for the disk at each of
 * their commits, and a disk that others use too can take longer for that than all the rest of the test.
 */
function workplace() {
  try {
    const { bavail, bsize } = statfsSync(MEMORY_DISK);
    if (!process.env.TMPDIR && bavail * bsize >= 6 * GIB && freemem() >= 8 * GIB) return MEMORY_DISK;
  } catch {
    // Linux has it.
  }
  return tmpdir();
}

const TMPDIR = workplace();
const access = mkdtempSync(join(TMPDIR, "dropclip-access-"));
const builds = mkdtempSync(join(TMPDIR, "dropclip-builds-"));
const compiled = mkdtempSync(join(TMPDIR, "dropclip-compiled-"));
const { status } = spawnSync("vitest", ["run", ...process.argv.slice(2)], {
  stdio: "inherit",
  env: {
    ...process.env,
    TMPDIR,
    DROPCLIP_TEST_ACCESS: access,
    DROPCLIP_BUILDS: builds,
    NODE_COMPILE_CACHE: compiled,
  },
  shell: process.platform === "win32",
});
for (const directory of [access, builds, compiled]) rmSync(directory, { recursive: true, force: true });
process.exitCode = status ?? 1;
