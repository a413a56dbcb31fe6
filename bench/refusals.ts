import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { BOMBS } from "../packages/functions/test/hostile/bombs.ts";

/**
 * The cost of each hostile photo in a process that has converted another one before: its CPU time, and the memory it
 * adds.
 */
export async function refusals(folder: string) {
  const file = join(folder, "hostile");
  const costs: Record<string, unknown> = {};
  for (const [name, make] of Object.entries(BOMBS)) {
    const bytes = await make();
    writeFileSync(file, bytes);
    const script = join(import.meta.dirname, "refusals/one.ts");
    const { stdout, stderr } = spawnSync(process.execPath, [script, file], { encoding: "utf8", timeout: 120_000 });
    if (!stdout) throw new Error(`${name}: ${stderr}`);
    costs[name] = { ...JSON.parse(stdout), kB: Math.round(bytes.length / 1000) };
  }
  return { refusals: costs };
}
