// Runs every test, and at the end the one that looks at what the roles made use of in all of them. The clouds they start
// share what they build of the functions.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const access = mkdtempSync(join(tmpdir(), "dropclip-access-"));
const builds = mkdtempSync(join(tmpdir(), "dropclip-builds-"));
const { status } = spawnSync("vitest", ["run", ...process.argv.slice(2)], {
  stdio: "inherit",
  env: { ...process.env, DROPCLIP_TEST_ACCESS: access, DROPCLIP_BUILDS: builds },
  shell: process.platform === "win32",
});
for (const directory of [access, builds]) rmSync(directory, { recursive: true, force: true });
process.exitCode = status ?? 1;
