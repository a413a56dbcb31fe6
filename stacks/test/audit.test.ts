import { readFileSync } from "node:fs";
import { audit } from "@dropclip/audit/audit";
import { parseExceptions } from "@dropclip/audit/exceptions";
import { RULES } from "@dropclip/audit/rules/index";
import { cloud } from "@dropclip/synth/cloud-from-graph";
import { parseGraph } from "@dropclip/synth/graph";
import { synth } from "@dropclip/synth/synth";
import { describe, expect, it } from "vitest";
import { EXCEPTIONS } from "../exceptions.ts";
import { BUCKETS } from "./mistakes/buckets.ts";
import type { Change, Mistake } from "./mistakes/change.ts";
import { add, set } from "./mistakes/change.ts";
import { DOORS } from "./mistakes/doors.ts";
import { EDGE } from "./mistakes/edge.ts";
import { FUNCTIONS } from "./mistakes/functions.ts";
import { RIGHTS } from "./mistakes/rights.ts";

const graph = parseGraph(readFileSync("stacks/graph.json", "utf8"));
const exceptions = parseExceptions(EXCEPTIONS);
const lines = ({ findings, stale }: ReturnType<typeof audit>) => [
  ...findings.map(({ rule, resource, says }) => `${rule} ${resource}: ${says}`),
  ...stale.map(({ exception, why }) => `exception ${exception.rule} ${exception.resource}: ${why}`),
];

/** Options that make more resources; a domain of one's own makes some exceptions needless. */
const EVERYTHING = {
  ...{ DROPCLIP_WAF: "1", DROPCLIP_ATHENA: "1", DROPCLIP_WEBHOOK: "https://example.com/dropclip" },
  ...{ DROPCLIP_BUDGET: "50", DROPCLIP_ALARM_EMAIL: "ops@example.com" },
};
const OWN_DOMAIN = ["CloudFront.7"];

describe("the audit", () => {
  it("finds nothing in the graph, and every exception is needed", () =>
    expect(lines(audit(graph, exceptions))).toEqual([]));

  it("finds nothing in production, where fewer exceptions hold", async () => {
    const production = await synth({ stage: "production", env: EVERYTHING });
    expect(lines(audit(production, exceptions))).toEqual([]);
    expect(audit(production, exceptions).excepted.map(({ rule }) => rule)).not.toContain("DynamoDB.6");
  });

  it("finds nothing where there is a domain, which mends what was excepted for want of one", async () => {
    const env = { ...EVERYTHING, DROPCLIP_DOMAIN: "clips.example.com" };
    const report = audit(await synth({ stage: "dev", env }), exceptions);
    expect(report.findings).toEqual([]);
    expect(report.stale.map(({ exception }) => exception.rule)).toEqual(OWN_DOMAIN);
  });
});

const MISTAKES: Mistake[] = [...BUCKETS, ...EDGE, ...FUNCTIONS, ...RIGHTS, ...DOORS];
/** Held to by an exception for each resource that there is: shown without the exceptions. */
const EXCEPTED = ["CloudFront.4", "CloudFront.5", "CloudFront.6", "CloudFront.7", "CloudFront.17"].concat([
  "Cognito.1",
  "Cognito.4",
]);

function mistaken(change: Change) {
  const copy = structuredClone(graph);
  change(copy);
  return copy;
}

describe("a mistake in the stacks", () => {
  it.each(MISTAKES)("%s is found by the audit", (_, change, rule, at) => {
    const { findings } = audit(mistaken(change), exceptions, [RULES.find(({ id }) => id === rule)!]);
    expect(findings.map((finding) => `${finding.rule} ${finding.resource}`)).toContain(`${rule} ${at}`);
  });

  it.each<[string, Change, string]>([
    ["a resource that nothing can run", add("aws:ec2/instance:Instance", {}), "does not run"],
    [
      "a versioned bucket",
      add("aws:s3/bucketVersioning:BucketVersioning", {
        bucket: "dropclip-content-dev",
        versioningConfiguration: { status: "Enabled" },
      }),
      "cannot run",
    ],
    [
      "a policy without an effect",
      set("QueuePolicy", "DeadLettersPolicy", { policy: '{"Statement":[{"Action":"sqs:SendMessage"}]}' }),
      "Effect",
    ],
    [
      "an event for a function that is not there",
      set("EventTarget", "ExecutionEndedTarget", { arn: "arn:aws:lambda:us-east-1:123456789012:function:gone" }),
      "no ",
    ],
  ])("%s is found by the local cloud, which does not start", (_, change, line) => {
    expect(() => cloud(mistaken(change))).toThrow(line);
  });

  it("is tried for every rule, and excepted ones find something too", () => {
    const tried = new Set(MISTAKES.map(([, , rule]) => rule));
    const found = new Set(audit(graph, []).findings.map(({ rule }) => rule));
    expect(EXCEPTED.filter((rule) => !found.has(rule))).toEqual([]);
    expect(RULES.map(({ id }) => id).filter((id) => !tried.has(id) && !EXCEPTED.includes(id))).toEqual([]);
  });
});
