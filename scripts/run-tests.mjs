// Runs every test. The last one then checks which grants of the roles were used in all of them. The local clouds that
// the tests start share the functions they build, and all processes what the engine compiled of their modules.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const access = mkdtempSync(join(tmpdir(), "dropclip-access-"));
const builds = mkdtempSync(join(tmpdir(), "dropclip-builds-"));
const compiled = mkdtempSync(join(tmpdir(), "dropclip-compiled-"));
const { status } = spawnSync("vitest", ["run", ...process.argv.slice(2)], {
  stdio: "inherit",
  env: { ...process.env, DROPCLIP_TEST_ACCESS: access, DROPCLIP_BUILDS: builds, NODE_COMPILE_CACHE: compiled },
  shell: process.platform === "win32",
});
for (const directory of [access, builds, compiled]) rmSync(directory, { recursive: true, force: true });
process.exitCode = status ?? 1;
