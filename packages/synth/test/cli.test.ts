import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseGraph } from "../src/graph.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const copy = mkdtempSync(path.join(tmpdir(), "synth-cli-"));
const file = path.join(copy, "stacks/graph.json");

const config = (queue: string) =>
  writeFileSync(
    path.join(copy, "sst.config.ts"),
    `export default $config({
      app: () => ({ name: "small", home: "aws", providers: { aws: { version: "7.20.0" } } }),
      async run() { console.log("run"); new aws.sqs.Queue("Q", { name: "${queue}" }); },
    });`,
  );

function cli(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["packages/synth/src/cli.ts", ...args], {
    cwd: copy,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

beforeAll(() => {
  cpSync(path.join(root, "packages/synth/src"), path.join(copy, "packages/synth/src"), { recursive: true });
  cpSync(path.join(root, "packages/synth/package.json"), path.join(copy, "packages/synth/package.json"));
  for (const shared of [".sst", "node_modules"]) symlinkSync(path.join(root, shared), path.join(copy, shared));
  mkdirSync(path.join(copy, "stacks"));
  config("first");
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

describe("the synth command", () => {
  it("writes the graph, then finds it fresh, then stale", () => {
    expect(cli()).toMatchObject({ status: 0, stdout: "wrote stacks/graph.json: 1 resources\n", stderr: "run\n" });
    expect(parseGraph(readFileSync(file, "utf8")).resources[0]?.inputs.name).toBe("first");

    expect(cli("--check")).toMatchObject({ status: 0, stdout: "stacks/graph.json is up to date: 1 resources\n" });

    config("second");
    const stale = cli("--check");
    expect(stale).toMatchObject({ status: 1, stdout: "" });
    expect(stale.stderr).toContain("run npm run synth");
    expect(readFileSync(file, "utf8")).toContain("first");
  });

  it("gives the stacks settings, and writes what comes of them elsewhere", () => {
    config('" + process.env.DROPCLIP_QUEUE + "');
    const out = path.join(copy, "other.json");
    const made = cli("--set", "DROPCLIP_QUEUE=third=3", "--out", out);
    expect(made).toMatchObject({ status: 0, stdout: "wrote other.json: 1 resources\n" });
    expect(parseGraph(readFileSync(out, "utf8")).resources[0]?.inputs.name).toBe("third=3");
    expect(readFileSync(file, "utf8")).toContain("first");
    expect(cli("--set", "DROPCLIP_QUEUE=x").stderr).toBe("--set needs --out: name another file\n");
    expect(cli("--set", "queue", "--out", out).stderr).toBe("--set queue: write NAME=VALUE\n");
  });

  it("says in words what is wrong and writes nothing", () => {
    config(`" + nonsense + "`);
    rmSync(file, { force: true });
    const failed = cli();
    expect(failed.status).toBe(1);
    expect(failed.stderr).toMatch(/nonsense is not defined[\s\S]*sst\.config\.ts:3/);
    expect(existsSync(file)).toBe(false);
    expect(cli("--what").status).toBe(1);
  });
});
