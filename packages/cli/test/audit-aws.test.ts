import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Graph, parseGraph } from "@dropclip/synth/graph";
import { Query } from "@dropclip/synth/query";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { analyze, isWrong } from "../src/audit/live/analyzer.ts";
import { type LastUse, lastUse } from "../src/audit/live/last-use.ts";
import { InstantClock } from "./support/cli.ts";

/** AWS's end of two services that the local cloud has not, or answers at once: in their own protocols. */
interface Reply {
  status?: number;
  type?: string;
  headers?: Record<string, string>;
  body: string;
}

const stacks = parseGraph(readFileSync("stacks/graph.json", "utf8"));
let server: Server;
let answer: (request: IncomingMessage, body: string) => Reply;
let calls: string[];

const config = () => ({
  endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  region: "us-east-1",
  credentials: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret" },
  maxAttempts: 3,
});

beforeEach(async () => {
  calls = [];
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const {
      status = 200,
      type = "application/json",
      headers = {},
      body,
    } = answer(request, Buffer.concat(chunks).toString());
    response.writeHead(status, { "content-type": type, ...headers });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** The stacks' graph, reduced to some resources: nothing else has policies. */
function only(...names: [type: string, name: string][]): Graph {
  const query = new Query(stacks);
  return { ...stacks, resources: names.map(([type, name]) => query.get(type, name)) };
}

describe("Access Analyzer", () => {
  const finding = (findingType: string, issueCode: string) => ({
    findingDetails: `about ${issueCode}`,
    findingType,
    issueCode,
    learnMoreLink: `https://docs.aws.amazon.com/${issueCode}`,
    locations: [
      {
        path: [{ value: "Statement" }],
        span: { start: { line: 3, column: 1, offset: 9 }, end: { line: 3, column: 9, offset: 17 } },
      },
    ],
  });
  /** Answers by the kind of policy; what was asked stands in `calls`. */
  const analyzer = (findings: (input: any, token: string | null) => object) => {
    answer = (request, body) => {
      const url = new URL(request.url!, "http://aws");
      const input = JSON.parse(body);
      calls.push(
        `${request.method} ${url.pathname} ${input.policyType} ${input.validatePolicyResourceType ?? ""}`.trim(),
      );
      return { body: JSON.stringify(findings(input, url.searchParams.get("nextToken"))) };
    };
  };

  it("is asked about each policy by its kind, and what it says is told of its resource", async () => {
    analyzer(({ policyType, validatePolicyResourceType }) => ({
      findings:
        policyType === "IDENTITY_POLICY"
          ? [finding("SECURITY_WARNING", "PASS_ROLE_WITH_STAR")]
          : validatePolicyResourceType === "AWS::S3::Bucket"
            ? [finding("SUGGESTION", "EMPTY_ARRAY")]
            : [],
    }));
    const live = only(
      ["Role", "AssignGroupRole"],
      ["RolePolicy", "AssignGroupPolicy"],
      ["BucketPolicy", "UploadsPolicy"],
      ["QueuePolicy", "DeadLettersPolicy"],
      ["TopicPolicy", "AlarmsPolicy"],
      ["Permission", "AssignGroupPermission"],
    );
    const analysis = await analyze(config(), live);
    expect(calls.toSorted()).toEqual([
      "POST /policy/validation IDENTITY_POLICY",
      "POST /policy/validation RESOURCE_POLICY",
      "POST /policy/validation RESOURCE_POLICY",
      "POST /policy/validation RESOURCE_POLICY",
      "POST /policy/validation RESOURCE_POLICY AWS::IAM::AssumeRolePolicyDocument",
      "POST /policy/validation RESOURCE_POLICY AWS::S3::Bucket",
    ]);
    if ("notRun" in analysis) throw new Error(analysis.notRun);
    expect(analysis.policies).toBe(6);
    expect(analysis.judgements).toEqual([
      {
        resource: "AssignGroupPolicy",
        policyType: "IDENTITY_POLICY",
        kind: "SECURITY_WARNING",
        code: "PASS_ROLE_WITH_STAR",
        says: "about PASS_ROLE_WITH_STAR",
        page: "https://docs.aws.amazon.com/PASS_ROLE_WITH_STAR",
        line: 3,
      },
      expect.objectContaining({ resource: "UploadsPolicy", resourceType: "AWS::S3::Bucket", kind: "SUGGESTION" }),
    ]);
    expect(analysis.judgements.map(isWrong)).toEqual([true, false]);
  });

  it("is asked once about the same text, and for every page", async () => {
    analyzer((_input, token) =>
      token === null
        ? { findings: [finding("WARNING", "ONE")], nextToken: "more" }
        : { findings: [finding("ERROR", "TWO")] },
    );
    const live = only(["Role", "SweepRole"], ["Role", "SettleRole"]);
    for (const { inputs } of live.resources) inputs.inlinePolicies = [];
    const analysis = await analyze(config(), live);
    // Both are trusted to the same service by the same words.
    expect(calls).toHaveLength(2);
    expect("judgements" in analysis && analysis.judgements.map(({ resource, code }) => `${resource} ${code}`)).toEqual([
      "SweepRole ONE",
      "SweepRole TWO",
      "SettleRole ONE",
      "SettleRole TWO",
    ]);
  });

  it("is asked again where AWS turns a call away", async () => {
    let turned = 0;
    answer = () =>
      turned++ < 1
        ? {
            status: 429,
            headers: { "x-amzn-errortype": "ThrottlingException" },
            body: JSON.stringify({ message: "Rate exceeded", retryAfterSeconds: 0 }),
          }
        : { body: JSON.stringify({ findings: [] }) };
    expect(await analyze(config(), only(["TopicPolicy", "AlarmsPolicy"]))).toEqual({ policies: 1, judgements: [] });
    expect(turned).toBe(2);
  });

  it("leaves the rest of the audit alone where it may not be asked", async () => {
    answer = () => ({
      status: 403,
      headers: { "x-amzn-errortype": "AccessDeniedException" },
      body: JSON.stringify({ message: "not authorized to perform: access-analyzer:ValidatePolicy" }),
    });
    expect(await analyze(config(), only(["TopicPolicy", "AlarmsPolicy"]))).toEqual({
      notRun: "AccessDeniedException: not authorized to perform: access-analyzer:ValidatePolicy",
    });
  });
});

describe("last use", () => {
  const NOW = Date.parse("2026-01-02T03:04:05Z");
  const xml = (operation: string, result: string): Reply => ({
    type: "text/xml",
    body: `<${operation}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><${operation}Result>${result}</${operation}Result></${operation}Response>`,
  });
  const role = (name: string, created: string) =>
    `<member><Path>/</Path><RoleName>${name}</RoleName><RoleId>AROA1</RoleId><Arn>arn:aws:iam::123456789012:role/${name}</Arn><CreateDate>${created}</CreateDate></member>`;
  const service = (prefix: string, last: string | undefined, actions: Record<string, string | undefined> = {}) =>
    `<member><ServiceName>${prefix}</ServiceName><ServiceNamespace>${prefix}</ServiceNamespace><TotalAuthenticatedEntities>0</TotalAuthenticatedEntities>${
      last ? `<LastAuthenticated>${last}</LastAuthenticated>` : ""
    }<TrackedActionsLastAccessed>${Object.entries(actions)
      .map(
        ([name, at]) =>
          `<member><ActionName>${name}</ActionName>${at ? `<LastAccessedTime>${at}</LastAccessedTime>` : ""}</member>`,
      )
      .join("")}</TrackedActionsLastAccessed></member>`;
  const report = (status: string, services: string, marker?: string) =>
    xml(
      "GetServiceLastAccessedDetails",
      `<JobStatus>${status}</JobStatus><JobCreationDate>2026-01-02T03:04:05Z</JobCreationDate><JobCompletionDate>2026-01-02T03:04:05Z</JobCompletionDate><ServicesLastAccessed>${services}</ServicesLastAccessed><IsTruncated>${marker !== undefined}</IsTruncated>${marker ? `<Marker>${marker}</Marker>` : ""}`,
    );
  /** IAM with one role, whose report goes through these answers. */
  const iam = (created: string, ...reports: Reply[]) => {
    answer = (_request, body) => {
      const parameters = new URLSearchParams(body);
      const operation = parameters.get("Action")!;
      calls.push([operation, parameters.get("Granularity"), parameters.get("Marker")].filter(Boolean).join(" "));
      if (operation === "ListRoles")
        return xml(
          operation,
          `<Roles>${role("dropclip-sweep-dev-us-east-1", created)}</Roles><IsTruncated>false</IsTruncated>`,
        );
      if (operation === "GenerateServiceLastAccessedDetails") return xml(operation, "<JobId>job-1</JobId>");
      return reports.shift()!;
    };
  };
  const clock = new InstantClock();
  const ask = (live: Graph, days: number) =>
    lastUse({ clock, signal: new AbortController().signal }, config(), live, days);
  const granted = (...actions: string[]): Graph => {
    const live = structuredClone(only(["Role", "SweepRole"]));
    const Statement = [{ Effect: "Allow", Action: actions, Resource: "*" }];
    live.resources[0]!.inputs.inlinePolicies = [
      { name: "inline", policy: JSON.stringify({ Version: "2012-10-17", Statement }) },
    ];
    return live;
  };
  const told = (use: Awaited<ReturnType<typeof ask>>) =>
    (use as LastUse).unused.map(
      ({ statement, action, watched, last }) => `${statement} ${action} ${watched} ${last ?? "never"}`,
    );
  const LONG_AGO = "2024-01-01T00:00:00Z";

  it("tells of each grant when it was used, by its action where AWS watches it and else by its service", async () => {
    iam(
      LONG_AGO,
      report(
        "COMPLETED",
        service("s3", "2026-01-01T00:00:00Z", { ListBucket: undefined, GetBucketPolicy: "2026-01-01T00:00:00Z" }) +
          service("dynamodb", "2025-03-01T00:00:00Z") +
          service("sqs", undefined),
      ),
    );
    const live = granted("s3:ListBucket", "s3:GetBucketPolicy", "s3:GetObject", "dynamodb:Query", "sqs:SendMessage");
    expect(told(await ask(live, 90))).toEqual([
      "inline/1 s3:ListBucket action never",
      "inline/1 dynamodb:Query service 2025-03-01T00:00:00.000Z",
      "inline/1 sqs:SendMessage service never",
    ]);
    expect(calls).toEqual([
      "ListRoles",
      "GenerateServiceLastAccessedDetails ACTION_LEVEL",
      "GetServiceLastAccessedDetails",
    ]);
  });

  it("waits for the report, and reads all its pages", async () => {
    iam(
      LONG_AGO,
      report("IN_PROGRESS", ""),
      report("IN_PROGRESS", ""),
      report("COMPLETED", service("s3", undefined), "page-2"),
      report("COMPLETED", service("sqs", "2026-01-01T00:00:00Z")),
    );
    clock.sleeps.length = 0;
    expect(told(await ask(granted("s3:GetObject", "sqs:SendMessage"), 90))).toEqual([
      "inline/1 s3:GetObject service never",
    ]);
    expect(clock.sleeps).toEqual([1000, 1000]);
    expect(calls.at(-1)).toBe("GetServiceLastAccessedDetails page-2");
  });

  it("says nothing of a role that is younger than the time asked for", async () => {
    iam(new Date(NOW - 24 * 60 * 60 * 1000).toISOString());
    const use = (await ask(granted("s3:GetObject"), 90)) as LastUse;
    expect([use.unused, use.young]).toEqual([[], ["SweepRole"]]);
    expect(calls).toEqual(["ListRoles"]);
  });

  it("asks again where AWS turns a call away, and says why it gave up", async () => {
    const throttled: Reply = {
      status: 400,
      type: "text/xml",
      body: "<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>",
    };
    iam(LONG_AGO, throttled, report("COMPLETED", service("s3", undefined)));
    expect(told(await ask(granted("s3:GetObject"), 90))).toHaveLength(1);
    iam(LONG_AGO, report("FAILED", "", undefined));
    expect(await ask(granted("s3:GetObject"), 90)).toEqual({
      notRun: expect.stringMatching(/^Error: AWS could not report on arn:aws:iam::.*: it does not say why$/),
    });
  });
});
