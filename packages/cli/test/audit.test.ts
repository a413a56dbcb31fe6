import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { User } from "./support/cli.ts";

const GRAPH = "stacks/graph.json";
const user = new User();
afterAll(() => user.leave());

const file = (name: string, text: string) => {
  const path = join(user.folder, name);
  writeFileSync(path, text);
  return path;
};
const whole = readFileSync(GRAPH, "utf8");
/** The graph with a log group that is kept for ever. */
const mistaken = file("mistaken.json", whole.replace(/,\n\s*"retentionInDays": 30/, ""));

describe("dropclip audit", () => {
  it("finds nothing in the graph, and shows with --all what is excepted and why", async () => {
    const plain = await user.run(["audit"]);
    expect(plain).toMatchObject({ code: 0, stderr: "" });
    expect(plain.stdout).toMatch(/^\d+ rules over \d+ resources of stage dev: 0 findings, \d+ excepted \(--all shows/);
    const all = await user.run(["audit", "--all"]);
    expect(all.stdout).toContain("EXCEPTED  S3.9  LogsBucket: has no server access log\n          It holds the logs:");
  });

  it("says what is wrong and where to read of it, and ends with 1", async () => {
    const { code, stdout, stderr } = await user.run(["audit", "--graph", mistaken]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^MEDIUM {4}own\/log-retention {2}\w+: keeps logs for ever: no retention\n {10}https:/);
    expect(stderr).toBe("dropclip: 1 finding, 0 stale exceptions\n");
  });

  it("prints JSON and SARIF", async () => {
    const json = JSON.parse((await user.run(["audit", "--json", "--graph", mistaken])).stdout);
    expect(json.findings).toMatchObject([{ rule: "own/log-retention", severity: "medium" }]);
    const sarif = JSON.parse((await user.run(["audit", "--sarif"])).stdout);
    expect(sarif.version).toBe("2.1.0");
    const { results } = sarif.runs[0];
    expect(results.every((one: any) => one.suppressions[0].justification && one.locations[0].physicalLocation)).toBe(
      true,
    );
    const { uri } = results[0].locations[0].physicalLocation.artifactLocation;
    const { startLine } = results[0].locations[0].physicalLocation.region;
    expect(uri).toBe(GRAPH);
    expect(whole.split("\n")[startLine - 1]).toBe("    {");
  });

  it.each([
    ["there is no graph", join(user.folder, "none.json"), "ENOENT"],
    ["it is damaged", file("damaged.json", "{"), "not JSON"],
  ])("ends with 2 when %s", async (_, graph, why) => {
    const { code, stdout, stderr } = await user.run(["audit", "--graph", graph]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("dropclip: the audit cannot run: ");
    expect(stderr).toContain(why);
  });
});
