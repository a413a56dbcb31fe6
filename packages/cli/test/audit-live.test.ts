import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type RunningCloud, startCloud } from "@dropclip/local/cloud";
import { Reference } from "@dropclip/synth/authorization/reference";
import { formatGraph, type Graph, parseGraph } from "@dropclip/synth/graph";
import { Query } from "@dropclip/synth/query";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LOOKS } from "../src/audit/live/looks.ts";
import { writeRunFile } from "../src/start/run-file.ts";
import { User } from "./support/cli.ts";

const GRAPH = "stacks/graph.json";
const user = new User();
let cloud: RunningCloud;
let forget: () => void;

/** What finds the stage, before anything is looked at. */
const BEFORE = ["ssm:GetParameter", "sts:GetCallerIdentity", "cloudfront:ListDistributions"];

/** The graph with changes, as a file. */
function changed(name: string, change: (stacks: Query) => void): string {
  const graph: Graph = parseGraph(readFileSync(GRAPH, "utf8"));
  change(new Query(graph));
  const file = join(user.folder, name);
  writeFileSync(file, formatGraph(graph));
  return file;
}

/** What somebody did by hand to a stage. */
const byHand = changed("deployed.json", (stacks) => {
  stacks.get("UserPool", "Users").inputs.passwordPolicy.minimumLength = 8;
  stacks.get("Queue", "DeadLetters").inputs.messageRetentionSeconds = 60;
  const policy = stacks.get("BucketPolicy", "UploadsPolicy");
  stacks.graph.resources = stacks.graph.resources.filter((one) => one !== policy);
});
/** Stacks that have one rule less and one alarm more than what is there. */
const later = changed("later.json", (stacks) => {
  const { resources } = stacks.graph;
  const gone = stacks.get("EventRule", "SweepDue");
  const more = structuredClone(stacks.get("MetricAlarm", "Api5xxAlarm"));
  Object.assign(more, { name: "NewAlarm" }).inputs.name = "dropclip-new-dev";
  stacks.graph.resources = [...resources.filter((one) => one !== gone), more];
});

beforeAll(async () => {
  const options = { root: process.cwd(), graphFile: byHand, directory: user.dataDirectory, port: 0 };
  cloud = await startCloud({ ...options, log: () => {} });
  forget = writeRunFile(cloud);
});
afterAll(async () => {
  forget?.();
  await cloud?.stop();
  user.leave();
});

describe("dropclip audit of what runs", () => {
  it("finds what was changed by hand, by the same rules and as drift, and says what it has not seen", async () => {
    const { code, stdout, stderr } = await user.run(["audit", "--running"]);
    expect(code, stderr).toBe(1);
    const lines = stdout.split("\n");
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^CHANGED +UserPool Users: passwordPolicy is .*"minimumLength":8.*in the stacks/),
        "CHANGED     Queue DeadLetters: messageRetentionSeconds is 60, in the stacks 1209600",
        "MISSING     BucketPolicy UploadsPolicy: is in the stacks and not there",
        "MEDIUM    Cognito.3  Users: takes passwords of 8 characters",
        "MEDIUM    S3.5  UploadsBucket: its policy does not deny aws:SecureTransport false",
        expect.stringMatching(/^NOT SEEN +BucketLogging: NotImplemented/),
        "NOT SEEN    Role: the audit does not describe a Role yet",
        expect.stringMatching(/^NOT RUN +.*\bS3\.9\b.*: they ask for what was not seen$/),
        expect.stringMatching(/^NOT RUN +Access Analyzer/),
      ]),
    );
    expect(lines.filter((line) => /^(CHANGED|MISSING|UNEXPECTED) /.test(line))).toHaveLength(3);
    expect(lines.filter((line) => /^(CRITICAL|HIGH|MEDIUM|LOW) /.test(line))).toHaveLength(2);
    expect(stderr).toBe("dropclip: 2 findings, 3 differences to the stacks\n");
  });

  it("finds nothing where the stacks are what is there, but for what is wrong with both", async () => {
    const report = JSON.parse((await user.run(["audit", "--running", "--graph", byHand, "--json"])).stdout);
    expect(report.drift).toEqual([]);
    expect(report.findings.map(({ rule }: any) => rule)).toEqual(["Cognito.3", "S3.5"]);
  });

  it("tells what is there and not in the stacks, and the other way round", async () => {
    const report = JSON.parse((await user.run(["audit", "--running", "--graph", later, "--json"])).stdout);
    expect(report.drift).toEqual(
      expect.arrayContaining([
        { kind: "unexpected", type: "EventRule", name: "dropclip-sweep-due-dev" },
        { kind: "missing", type: "MetricAlarm", name: "NewAlarm" },
      ]),
    );
  });

  it("looks at a stage with AWS credentials, at what the stacks make of it now", async () => {
    const { accessKeyId, secretAccessKey } = cloud.credentials;
    const env = { ...user.env, AWS_ENDPOINT_URL: cloud.endpoints.states, AWS_ACCESS_KEY_ID: accessKeyId };
    const context = { env: { ...env, AWS_SECRET_ACCESS_KEY: secretAccessKey } };
    const { code, stdout, stderr } = await user.run(["audit", "--stage", "dev", "--json"], context);
    expect(code, stderr).toBe(1);
    expect(JSON.parse(stdout).drift.map(({ kind, name }: any) => `${kind} ${name}`)).toEqual([
      "missing UploadsPolicy",
      "changed DeadLetters",
      "changed Users",
    ]);
  });

  it("needs actions that AWS has and that the README lists", () => {
    const readme = readFileSync("README.md", "utf8");
    const row = /\| `dropclip audit --stage` \|(.*)\|/.exec(readme)?.[1] ?? "";
    const listed = [...row.matchAll(/`([a-z0-9-]+:\w+)`/g)].map(([, action]) => action!);
    const needed = new Set([...BEFORE, ...LOOKS.flatMap(({ actions }) => actions)]);
    expect(listed.toSorted()).toEqual([...needed].toSorted());
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
