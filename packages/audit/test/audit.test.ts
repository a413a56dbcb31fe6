import type { Graph, Resource } from "@dropclip/synth/graph";
import { formatGraph } from "@dropclip/synth/graph";
import { describe, expect, it } from "vitest";
import { audit } from "../src/audit.ts";
import { type Exception, parseExceptions } from "../src/exceptions.ts";
import { linesOf } from "../src/lines.ts";
import { RULES } from "../src/rules/index.ts";
import { sarif } from "../src/sarif.ts";
import { looksSecret } from "../src/secrets.ts";

const resource = (type: string, name: string, inputs = {}): Resource => ({
  type,
  name,
  id: name,
  inputs: { ...inputs },
  outputs: {},
  options: {},
});
const graph = (stage: string, ...resources: Resource[]): Graph => ({
  ...{ version: 1, app: "dropclip", stage, dev: false, account: "123456789012", region: "us-east-1" },
  ...{ outputs: {}, builds: [], resources },
});
const logs = resource("aws:cloudwatch/logGroup:LogGroup", "Logs");
const table = resource("aws:dynamodb/table:Table", "Rows", { billingMode: "PAY_PER_REQUEST" });
const except = (more: Partial<Exception> = {}): Exception => ({
  rule: "own/log-retention",
  resource: "Logs",
  reason: "Nothing is ever written to it here.",
  ...more,
});
const rulesOf = (list: { rule: string }[]) => list.map(({ rule }) => rule);

describe("audit", () => {
  it("tells the worst first, then by rule and resource", () => {
    const report = audit(graph("dev", table, logs, resource("aws:iam/accessKey:AccessKey", "Key")), []);
    expect(rulesOf(report.findings)).toEqual(["own/long-lived-keys", "DynamoDB.2", "DynamoDB.6", "own/log-retention"]);
    expect(report.findings.at(-1)).toMatchObject({ resource: "Logs", says: "keeps logs for ever: no retention" });
  });

  it("keeps what is excepted apart, with the reason", () => {
    const report = audit(graph("dev", logs), [except()]);
    expect(report).toMatchObject({ findings: [], stale: [], excepted: [{ reason: except().reason }] });
  });

  it.each<[string, Partial<Exception>, string]>([
    ["nothing of that name", { resource: "Log" }, "the rule finds nothing of that name"],
    ["a rule that is gone", { rule: "own/gone" }, "there is no such rule"],
  ])("tells of an exception for %s", (_, more, why) => {
    const report = audit(graph("dev", logs), [except(), except(more)]);
    expect(report.stale).toEqual([{ exception: except(more), why }]);
  });

  it.each<[string, string[], boolean]>([
    ["its stages", ["dev"], true],
    ["others", ["production"], false],
    ["all but another", ["!production"], true],
    ["all but its own", ["!dev"], false],
  ])("lets an exception for %s hold there only", (_, stages, holds) => {
    const report = audit(graph("dev", logs), [except({ stages })]);
    expect([report.excepted.length, report.findings.length]).toEqual(holds ? [1, 0] : [0, 1]);
    expect(report.stale).toEqual([]);
  });

  it("passes over what is only looked up", () =>
    expect(audit(graph("dev", { ...logs, read: true }), []).findings).toEqual([]));

  it("reads exceptions with a reason only", () => {
    expect(parseExceptions([except()])).toEqual([except()]);
    expect(() => parseExceptions([except({ reason: "ok" })])).toThrow("0.reason: a reason is a sentence");
    expect(() => parseExceptions([{ ...except(), stage: "dev" }])).toThrow("0.stage");
    expect(() => parseExceptions(undefined)).toThrow("cannot be read");
  });
});

describe("the rules", () => {
  it("have ids of their own and pages of AWS's documentation", () => {
    const ids = RULES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, page } of RULES) {
      expect(id).toMatch(/^([A-Z]\w*\.\d+|own\/[a-z-]+)$/);
      expect(page).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/[\w/.-]+(#[a-z0-9]+-\d+)?$/);
    }
  });

  it.each([
    ["STRIPE_API_KEY", "abc", true],
    ["DB_PASSWORD", "abc", true],
    ["HOOK", "https://user:pass@example.com/", true],
    ["SECRET_ARN", "arn:aws:secretsmanager:us-east-1:123456789012:secret:x", false],
    ["WEBHOOK_SECRET", "/dropclip/dev/webhook", false],
    ["SST_KEY_FILE", "resource.enc", false],
    ["TOKEN_SECONDS", "900", false],
    ["CDN_URL", "https://example.com/", false],
  ])("take %s=%s for a secret: %s", (name, value, secret) => expect(looksSecret(name, value)).toBe(secret));
});

describe("SARIF", () => {
  const text = formatGraph(graph("dev", table, logs));
  const lines = linesOf(text);

  it("says on which line of the graph a resource begins", () => {
    const line = lines.get("aws:cloudwatch/logGroup:LogGroup::Logs")!;
    expect(
      text
        .split("\n")
        .slice(line - 1, line + 4)
        .join("\n"),
    ).toContain('"name": "Logs"');
  });

  it("has findings, suppressed exceptions with their reason, and stale ones as errors", () => {
    const report = audit(graph("dev", table, logs), [except(), except({ rule: "own/gone" })]);
    const [run] = sarif(report, { file: "g.json", lineOf: () => 7, version: "1.0.0" }).runs;
    const results = run!.results;
    expect(results.map(({ ruleId, level }) => [ruleId, level])).toEqual([
      ["DynamoDB.2", "warning"],
      ["DynamoDB.6", "warning"],
      ["own/log-retention", "warning"],
    ]);
    expect(results.map(({ suppressions }) => suppressions?.[0]?.justification)).toEqual([
      undefined,
      undefined,
      except().reason,
    ]);
    for (const { ruleId, ruleIndex, locations } of results) {
      expect(run!.tool.driver.rules[ruleIndex]!.id).toBe(ruleId);
      expect(locations[0]!.physicalLocation).toEqual({ artifactLocation: { uri: "g.json" }, region: { startLine: 7 } });
    }
    expect(run!.invocations[0]!.toolExecutionNotifications).toHaveLength(1);
  });
});
