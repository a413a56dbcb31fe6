import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { eventually } from "../../../../test/support/eventually.ts";
import { createLambda } from "../../src/lambda/index.ts";
import { project } from "./handlers.ts";
import { testWorld } from "./support.ts";

const KEEPER = fileURLToPath(new URL("./keeper.ts", import.meta.url));

function alive(pid: number) {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

describe("the processes of a local cloud that was killed", () => {
  it("end with it, or at the next start when they never yield", async () => {
    const directory = mkdtempSync(join(tmpdir(), "dropclip-orphans-"));
    const sources = project();
    sources.write(
      "waits.ts",
      `export const handler = async () => { console.log("pid " + process.pid); await new Promise((r) => setTimeout(r, 3_600_000)); };`,
    );
    sources.write("spins.ts", `export const handler = async () => { console.log("pid " + process.pid); for (;;); };`);
    const keeper = spawn(process.execPath, [KEEPER, directory, sources.root], { stdio: "inherit" });
    const pidOf = (name: string) =>
      Number(/pid (\d+)/.exec(readFileSync(join(directory, "logs", `${name}.log`), "utf8"))![1]);
    await eventually(() => expect([pidOf("waits"), pidOf("spins")].every(alive)).toBe(true));
    const [waits, spins] = [pidOf("waits"), pidOf("spins")];
    keeper.kill("SIGKILL");
    await once(keeper, "exit");
    await eventually(() => expect(alive(waits)).toBe(false));
    const world = testWorld({ directory });
    const next = createLambda({ world, functions: [], root: sources.root, localise: (value) => value });
    await eventually(() => expect(alive(spins)).toBe(false));
    await next.stop();
    world.close();
    sources.remove();
    rmSync(directory, { recursive: true });
  });
});
