import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { audit } from "@dropclip/audit/audit";
import { parseExceptions } from "@dropclip/audit/exceptions";
import { writeRunFile } from "@dropclip/cli";
import { ACTIONS } from "@dropclip/cli/audit/live/actions";
import { type RunningCloud, startCloud } from "@dropclip/local/cloud";
import { Reference } from "@dropclip/synth/authorization/reference";
import { cloud as cloudOf } from "@dropclip/synth/cloud-from-graph";
import { formatGraph, type Graph, parseGraph, shortType } from "@dropclip/synth/graph";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { User } from "../../packages/cli/test/support/cli.ts";
import { EXCEPTIONS } from "../exceptions.ts";
import { BUCKETS } from "./mistakes/buckets.ts";
import { DOORS } from "./mistakes/doors.ts";
import { EDGE } from "./mistakes/edge.ts";
import { FUNCTIONS } from "./mistakes/functions.ts";
import { RIGHTS } from "./mistakes/rights.ts";

const GRAPH = "stacks/graph.json";
const graph = parseGraph(readFileSync(GRAPH, "utf8"));
const exceptions = parseExceptions(EXCEPTIONS);
const user = new User();
let cloud: RunningCloud;
let forget: () => void;

/** Mistakes with which no local cloud starts, or that AWS itself mends. */
const NOT_RUN = [
  "writes through the edge",
  "a log with addresses",
  "a log with cookies",
  "tokens of another user pool",
  // Where nothing is said, a new bucket blocks public access.
  "a bucket without a public access block",
];

/** Whether AWS would take the graph, as far as the local cloud knows. */
function runs(candidate: Graph): boolean {
  try {
    cloudOf(candidate);
    return candidate.stage === graph.stage;
  } catch {
    return false;
  }
}

/** The graph with all mistakes at once that a cloud can have together. */
function mistaken(): Graph {
  let all = structuredClone(graph);
  const mistakes = [...BUCKETS, ...EDGE, ...FUNCTIONS, ...RIGHTS, ...DOORS];
  for (const [index, [what, change]] of mistakes.entries()) {
    if (NOT_RUN.includes(what)) continue;
    const next = structuredClone(all);
    try {
      change(next);
    } catch {
      // About something that an earlier mistake took away.
      continue;
    }
    for (const one of next.resources) {
      if (one.name === "Seed") one.name = `Seed${index}`;
      for (const policy of one.inputs.inlinePolicies ?? []) if (policy.name === "seed") policy.name = `seed${index}`;
    }
    if (runs(next)) all = next;
  }
  return all;
}

const byHand = mistaken();
const file = join(user.folder, "deployed.json");

beforeAll(async () => {
  writeFileSync(file, formatGraph(byHand));
  const options = { root: process.cwd(), graphFile: file, directory: user.dataDirectory, port: 0 };
  cloud = await startCloud({ ...options, log: () => {} });
  forget = writeRunFile({ ...cloud, stage: "dev" });
});
afterAll(async () => {
  forget?.();
  await cloud?.stop();
  user.leave();
});

const linesOf = (findings: { rule: string; resource: string; says: string }[]) =>
  findings.map(({ rule, resource, says }) => `${rule} ${resource}: ${says}`).toSorted();
const json = async (...more: string[]) => JSON.parse((await user.run(["audit", "--json", ...more])).stdout);

describe("dropclip audit of what runs", () => {
  it("finds by AWS's descriptions every mistake that its rules find in the graph", async () => {
    const report = await json("--running", "--graph", file);
    const unseen = byHand.resources.filter(({ type }) =>
      report.unseen.some((one: any) => one.type === shortType(type)),
    );
    const seen = { ...byHand, resources: byHand.resources.filter((one) => !unseen.includes(one)) };
    const should = audit(seen, exceptions).findings;
    expect(linesOf(report.findings)).toEqual(linesOf(should));
    expect(new Set(should.map(({ rule }) => rule)).size).toBeGreaterThan(45);
    expect([...new Set(should.map(({ type }) => shortType(type)))].toSorted()).toEqual([
      ...["Api", "Authorizer", "Bucket", "BucketCorsConfiguration", "BucketPolicy", "Distribution", "EventTarget"],
      ...["Function", "Integration", "LogGroup", "MetricAlarm", "Permission", "Queue", "QueuePolicy"],
      ...["ResponseHeadersPolicy", "Role", "Route", "Stage", "StateMachine", "Table", "TopicPolicy", "UserPool"],
      "UserPoolClient",
    ]);
    // Nothing else differs from what was deployed: each type is described as it is.
    expect(report.drift).toEqual([]);
  });

  it("tells what is not as in the stacks: changed, gone, or there without them", async () => {
    const { drift } = await json("--running");
    const told = drift.map(({ kind, type, name, attribute = "" }: any) =>
      `${kind} ${type} ${name} ${attribute}`.trim(),
    );
    expect(told).toEqual(
      expect.arrayContaining([
        "missing BucketPolicy UploadsPolicy",
        "missing LogGroup SweepLogGroup",
        "missing LogDelivery PagesLogDelivery",
        "unexpected BucketOwnershipControls dropclip-content-dev",
        "changed OriginAccessControl DeliveryAccess signingBehavior",
        "changed ResponseHeadersPolicy DeliveryHeaders securityHeadersConfig.contentTypeOptions",
        "changed Authorizer ApiAuthorizerUsersAuthorizer jwtConfiguration.audiences",
        "changed UserPool Users passwordPolicy.minimumLength",
        "changed Table UploadsTableTable pointInTimeRecovery.enabled",
        "changed TopicPolicy AlarmsPolicy policy.Statement",
      ]),
    );
    expect(told.filter((one: string) => /Permission .*AssignGroup|Permission dropclip-assign/.test(one))).not.toEqual(
      [],
    );
  });

  it("says what it has not seen, and what that leaves open", async () => {
    const { code, stdout, stderr } = await user.run(["audit", "--running"]);
    const lines = stdout.split("\n");
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^CHANGED +UserPool Users: passwordPolicy.minimumLength is 8, in the stacks 12$/),
        expect.stringMatching(/^MEDIUM +Cognito\.3 +Users: takes passwords of 8 characters$/),
        expect.stringMatching(/^NOT SEEN +BucketObjectv2: the functions' code/),
        expect.stringMatching(/^NOT RUN +.*\bKMS\.4\b.*: they ask for what was not seen$/),
        "NOT RUN     Access Analyzer's ValidatePolicy: UnknownOperationException: The local cloud does not run the service 'access-analyzer'.",
        expect.stringMatching(/^0 grants of 24 roles not used in 90 days; 24 roles too young to tell$/),
      ]),
    );
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^dropclip: \d+ findings, \d+ differences to the stacks\n$/),
    ]);
  });

  it("tells grants that were never used, without failing for them", async () => {
    const { code, stdout } = await user.run(["audit", "--running", "--unused-days", "0"]);
    expect(stdout).toContain("UNUSED      FanRole (directories/1): s3: ");
    expect(stdout).toMatch(/^\d+ grants of 24 roles not used ever$/m);
    expect(code).toBe(1);
  });

  it("looks at a stage with AWS credentials, at what the stacks make of it now", async () => {
    const { accessKeyId, secretAccessKey } = cloud.credentials;
    const env = { ...user.env, AWS_ENDPOINT_URL: cloud.endpoints.states, AWS_ACCESS_KEY_ID: accessKeyId };
    const context = { env: { ...env, AWS_SECRET_ACCESS_KEY: secretAccessKey } };
    const { code, stdout, stderr } = await user.run(["audit", "--stage", "dev", "--json"], context);
    expect(code, stderr).toBe(1);
    expect(JSON.parse(stdout).drift).toEqual((await json("--running")).drift);
  });

  it("needs actions that AWS has and that the README lists", () => {
    const readme = readFileSync("README.md", "utf8");
    const row = /\| `dropclip audit --stage` \|(.*)\|/.exec(readme)?.[1] ?? "";
    const listed = [...row.matchAll(/`([a-z0-9-]+:\w+)`/g)].map(([, action]) => action!);
    expect(listed.toSorted()).toEqual(ACTIONS.toSorted());
    expect(listed.filter((action) => Reference.find(action)?.name !== action)).toEqual([]);
  });

  it("cannot run where nothing runs", async () => {
    const other = new User();
    const { code, stderr } = await other.run(["audit", "--running"]);
    other.leave();
    expect([code, stderr]).toEqual([
      2,
      "dropclip: the audit cannot run: no local cloud is running: start it with `npm start`\n",
    ]);
  });
});
