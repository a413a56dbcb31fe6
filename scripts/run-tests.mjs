// Runs every test. The last one then checks which grants of the roles were used in all of them.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const access = mkdtempSync(join(tmpdir(), "dropclip-access-"));
const { status } = spawnSync("vitest", ["run", ...process.argv.slice(2)], {
  stdio: "inherit",
  env: { ...process.env, DROPCLIP_TEST_ACCESS: access },
  shell: process.platform === "win32",
});
rmSync(access, { recursive: true, force: true });
process.exitCode = status ?? 1;
