import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { ROOT } from "../support/cloud.ts";

const FILE = join(ROOT, "openapi.json");

/** What the linter says of a description: the rule and the place of each problem. */
function lint(file: string): string[] {
  const { stdout, stderr } = spawnSync(
    join(ROOT, "node_modules/.bin/redocly"),
    ["lint", file, "--config", join(ROOT, "redocly.yaml"), "--format", "json"],
    { encoding: "utf8", env: { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" } },
  );
  const report = /\{.*\}/s.exec(stdout)?.[0];
  if (!report) throw new Error(`redocly lint said nothing: ${stderr}`);
  const { problems } = JSON.parse(report);
  return problems.map(({ ruleId, location: [at] }: any) => `${ruleId} ${at?.pointer}`);
}

describe("openapi.json", () => {
  it("has nothing that a public linter has anything against", () => {
    expect(lint(FILE)).toEqual([]);
  });

  it("would be told of an operation that says nothing of who may call it", () => {
    const folder = mkdtempSync(join(tmpdir(), "dropclip-openapi-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const description = JSON.parse(readFileSync(FILE, "utf8"));
    delete description.paths["/health"].get.security;
    writeFileSync(join(folder, "openapi.json"), JSON.stringify(description));
    expect(lint(join(folder, "openapi.json"))).toEqual(["security-defined #/paths/~1health/get"]);
  });
});
