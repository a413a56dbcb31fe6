import type { Graph, Resource } from "@dropclip/synth/graph";
import { Query } from "@dropclip/synth/query";
import { synth } from "@dropclip/synth/synth";
import { describe, expect, it } from "vitest";
import { parseOptions } from "../options.ts";
import { RULES } from "./rules/index.ts";
import { refusedNames, sharedNames } from "./rules/names.ts";
import { partitionsIn, writtenPartitions } from "./rules/partition.ts";
import { oversized } from "./rules/sizes.ts";

type RuleName = keyof typeof RULES;
const names = Object.keys(RULES) as RuleName[];
// With every optional part turned on.
const graph = await synth({ stage: "dev", env: { DROPCLIP_WAF: "1", DROPCLIP_ATHENA: "1" } });

/** As long as a stage's name may be. */
const STAGE_CHARACTERS = 20;
/** The longest names: of the longest stage, in a Region with a long name, with an account's number as suffix. */
const LONGEST = {
  stage: "s".repeat(STAGE_CHARACTERS),
  env: {
    ...{ DROPCLIP_REGION: "ap-southeast-1", DROPCLIP_BUCKET_SUFFIX: "123456789012" },
    ...{ DROPCLIP_WAF: "1", DROPCLIP_ATHENA: "1" },
  },
};

describe("the stacks", () => {
  it.each(names)("keep to the rule %s", (name) => {
    expect(RULES[name](graph)).toEqual([]);
  });

  it("have names and documents that AWS takes, whatever the stage is called", async () => {
    const longest = await synth(LONGEST);
    expect([...refusedNames(longest), ...oversized(longest)]).toEqual([]);
  });

  it("keep to them with a domain of their own too, as far as the local cloud is not asked", async () => {
    const named = await synth({ ...LONGEST, env: { ...LONGEST.env, DROPCLIP_DOMAIN: "clips.example.com" } });
    const { unansweredPreflights: _, keptErrors: __, ...rules } = RULES;
    expect(Object.values(rules).flatMap((rule) => rule(named))).toEqual([]);
  });

  it("refuse a stage whose name is longer", () => {
    const stage = "s".repeat(STAGE_CHARACTERS + 1);
    expect(() => parseOptions(stage, {})).toThrow(stage);
  });

  it("can stand in two Regions of one account, with a suffix for what all accounts share", async () => {
    const other = await synth({
      stage: graph.stage,
      env: { DROPCLIP_REGION: "eu-west-1", DROPCLIP_BUCKET_SUFFIX: "eu" },
    });
    expect(graph.region).not.toBe(other.region);
    expect(sharedNames(graph, other)).toEqual([]);
  });

  it("write no partition out", () => expect(writtenPartitions("stacks")).toEqual([]));
});

/** A copy of the graph with one mistake in it. */
function mistaken(make: (stacks: Query) => void): Graph {
  const copy = structuredClone(graph);
  make(new Query(copy));
  return copy;
}

const FN = "aws:lambda/function:Function";
const ROLE = "aws:iam/role:Role";
const inputs = (type: string, name: string, change: Record<string, unknown>) =>
  mistaken((stacks) => void Object.assign(stacks.get(type, name).inputs, change));
const added = (resource: Partial<Resource>) =>
  mistaken(
    ({ graph }) => void graph.resources.push({ name: "Seed", outputs: {}, options: {}, ...resource } as Resource),
  );
const permission = () => graph.resources.find(({ inputs }) => inputs.principal === "apigateway.amazonaws.com")!.name;

/** AWS's managed origin-request policy. */
const CORS_S3_ORIGIN = "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf";
/** The default behaviour with OPTIONS, in front of a bucket without CORS rules. */
const preflights = (change: Record<string, unknown>) =>
  mistaken(({ graph }) => {
    const { inputs } = new Query(graph).get("Distribution", "DeliveryDistribution");
    Object.assign(inputs.defaultCacheBehavior, { allowedMethods: ["GET", "HEAD", "OPTIONS"] }, change);
    graph.resources = graph.resources.filter(
      ({ type, inputs }) => !(type.endsWith(":BucketCorsConfiguration") && inputs.bucket === "dropclip-content-dev"),
    );
  });

const SEEDS: [RuleName, string, () => Graph, string][] = [
  [
    "attachedApart",
    "an inline policy apart from its role's own",
    () =>
      added({ type: "aws:iam/rolePolicy:RolePolicy", inputs: { role: "dropclip-sweep-dev-us-east-1", policy: "{}" } }),
    "RolePolicy Seed: is taken away when Role SweepRole changes, whose inlinePolicies list all there are",
  ],
  [
    "attachedApart",
    "a managed policy apart from an empty list",
    () =>
      added({
        type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        inputs: { role: "dropclip-sweep-dev-us-east-1", policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" },
      }),
    "RolePolicyAttachment Seed: is taken away when Role SweepRole changes, whose managedPolicyArns list all there are",
  ],
  [
    "probeEverywhere",
    "Probe on a resource",
    () => {
      const Statement = [
        { Effect: "Allow", Action: "mediaconvert:Probe", Resource: "arn:aws:mediaconvert:us-east-1::x" },
      ];
      const document = JSON.stringify({ Version: "2012-10-17", Statement });
      return inputs(ROLE, "SweepRole", { inlinePolicies: [{ name: "seed", policy: document }] });
    },
    "Policy SweepRole/seed: mediaconvert:Probe has no resources, arn:aws:mediaconvert:us-east-1::x allows nothing",
  ],
  [
    "gatewaySourceAccount",
    "a source account for API Gateway",
    () => inputs("Permission", permission(), { sourceAccount: "123456789012" }),
    `Permission ${permission()}: API Gateway sends no source account: sourceArn names account and API`,
  ],
  [
    "unboundService",
    "a service that may call for anybody",
    () => inputs("Permission", permission(), { sourceArn: undefined }),
    `Permission ${permission()}: lets apigateway.amazonaws.com call for anybody: it has no sourceArn`,
  ],
  [
    "refusedNames",
    "a name that is too long",
    () => inputs(FN, "SweepFunction", { name: "f".repeat(65) }),
    `Function SweepFunction: name ${"f".repeat(65)} has 65 characters, not 1 to 64`,
  ],
  [
    "refusedNames",
    "a bucket in capitals",
    () => inputs("Bucket", "UploadsBucket", { bucket: "dropclip-uploads-Dev" }),
    "Bucket UploadsBucket: bucket dropclip-uploads-Dev is not of the form ^[a-z0-9]([a-z0-9-]*[a-z0-9])?$",
  ],
  [
    "refusedNames",
    "a sign-in domain of AWS's own words",
    () => inputs("UserPoolDomain", "SignIn", { domain: "drop-cognito" }),
    "UserPoolDomain SignIn: domain drop-cognito may not hold cognito",
  ],
  [
    "unlistedValues",
    "a sign-in flow that there is not",
    () => inputs("UserPoolClient", "App", { explicitAuthFlows: ["ALLOW_SRP_AUTH"] }),
    'UserPoolClient App: explicitAuthFlows.* "ALLOW_SRP_AUTH" is none of ',
  ],
  [
    "unlistedValues",
    "logs kept for a number of days that CloudWatch does not offer",
    () => inputs("LogGroup", "IngestLogs", { retentionInDays: 31 }),
    "LogGroup IngestLogs: retentionInDays 31 is none of ",
  ],
  [
    "strangeInputs",
    "a property that is misspelt",
    () => inputs("Queue", "DeadLetters", { messageRetentionSecond: 60 }),
    "Queue DeadLetters: messageRetentionSecond is not known to the provider",
  ],
  [
    "strangeInputs",
    "a nested property that is missing",
    () => inputs("UserPoolClient", "App", { refreshTokenRotation: { retryGracePeriodSeconds: 10 } }),
    "UserPoolClient App: refreshTokenRotation.feature is missing",
  ],
  [
    "strangeInputs",
    "a text where a number belongs",
    () => inputs("Queue", "DeadLetters", { messageRetentionSeconds: "14 days" }),
    "Queue DeadLetters: messageRetentionSeconds is a string, not a number",
  ],
  [
    "billedKey",
    "a KMS key that nobody asked for",
    () => inputs("Table", "UploadsTableTable", { serverSideEncryption: { enabled: true } }),
    "Table UploadsTableTable: serverSideEncryption is billed by the request: leave it out for the AWS-owned key",
  ],
  [
    "keptParts",
    "a bucket that aborts some uploads only",
    () => {
      const abort = { status: "Enabled", abortIncompleteMultipartUpload: { daysAfterInitiation: 1 } };
      return inputs("BucketLifecycleConfiguration", "UploadsLifecycle", {
        rules: [{ ...abort, filter: { prefix: "events/" } }],
      });
    },
    "Bucket UploadsBucket: keeps parts of uploads never completed: no rule aborts incomplete multipart uploads",
  ],
  [
    "distributionBeforeBucket",
    "a distribution that waits for nothing",
    () =>
      mistaken(
        (stacks) => void Object.assign(stacks.get("Distribution", "DeliveryDistribution"), { dependencies: [] }),
      ),
    "Distribution DeliveryDistribution: may be made before its origin, Bucket ContentBucket: it does not wait for it",
  ],
  [
    "formlessLogin",
    "a client whose sign-in page would be empty",
    () => inputs("UserPoolClient", "App", { explicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"] }),
    "UserPoolClient App: managed login has no form to offer: explicitAuthFlows has none of ALLOW_USER_AUTH, ALLOW_USER_SRP_AUTH",
  ],
  [
    "functionLimits",
    "a function that runs longer than Lambda lets it",
    () => inputs(FN, "SweepFunction", { timeout: 901 }),
    "Function SweepFunction: timeout 901 s is not 1 to 900 s",
  ],
  [
    "functionLimits",
    "a function with too much memory",
    () => inputs(FN, "SweepFunction", { memorySize: 10_241 }),
    "Function SweepFunction: memorySize 10241 MB is not 128 to 10240 MB",
  ],
  [
    "slowerThanGateway",
    "a function that runs on after the API gave up",
    () => inputs(FN, "PublicApiFunction", { timeout: 30 }),
    ": gives up after 30 s, Function PublicApiFunction after 30 s",
  ],
  [
    "slowerThanGateway",
    "an integration that waits longer than API Gateway does",
    () =>
      mistaken((stacks) => {
        stacks.all("aws:apigatewayv2/integration:Integration")[0]!.inputs.timeoutMilliseconds = 60_000;
      }),
    ": timeoutMilliseconds is not 50 to 30000",
  ],
  [
    "taskBeforeFunction",
    "a task that gives up before its function",
    () => inputs(FN, "ClaimUploadFunction", { timeout: 600 }),
    "StateMachine Ingest: task Claim upload gives up after 60 s, Function ClaimUploadFunction after 600 s",
  ],
  [
    "refusedRule",
    "a pattern with wildcards beside each other",
    () =>
      inputs("EventRule", "PictureArrived", {
        eventPattern: '{"detail":{"object":{"key":[{"wildcard":"events/**"}]}}}',
      }),
    "EventRule PictureArrived: Event pattern is not valid.",
  ],
  [
    "refusedRule",
    "a schedule of one hours",
    () => inputs("EventRule", "SweepDue", { scheduleExpression: "rate(1 hours)" }),
    "EventRule SweepDue: Parameter ScheduleExpression is not valid: rate(1 hours)",
  ],
  [
    "oversized",
    "more variables than Lambda takes",
    () => inputs(FN, "SweepFunction", { environment: { variables: { LONG: "x".repeat(4096) } } }),
    "Function SweepFunction: bytes of variables: 4107, at most 4096",
  ],
  [
    "oversized",
    "more inline policies than a role can have",
    () => inputs(ROLE, "SweepRole", { inlinePolicies: [{ name: "long", policy: `{"a":"${"x".repeat(10_240)}"}` }] }),
    "Role SweepRole: characters of inline policies: 10248, at most 10240",
  ],
  [
    "unansweredPreflights",
    "a behaviour that keeps the viewer's Origin from S3",
    () => preflights({ originRequestPolicyId: undefined }),
    "behaviour *: preflights fail, Origin, Access-Control-Request-Method, Access-Control-Request-Headers do not go to the origin",
  ],
  [
    "unansweredPreflights",
    "a bucket whose rules do not fit",
    () => preflights({ originRequestPolicyId: CORS_S3_ORIGIN }),
    "behaviour *: preflights fail, dropclip-content-dev has no rule that lets * GET",
  ],
  [
    "keptErrors",
    "a policy that lets browsers keep errors",
    () =>
      inputs("ResponseHeadersPolicy", "DeliveryHeaders", {
        customHeadersConfig: { items: [{ header: "cache-control", value: "public, max-age=60", override: false }] },
      }),
    "behaviour *: errors too bear Cache-Control public, max-age=60",
  ],
];

describe("the rules", () => {
  it.each(SEEDS)("%s finds %s", (name, _, seeded, line) => {
    expect(RULES[name](seeded())).toContainEqual(expect.stringContaining(line));
  });

  it.each<[string, object, object[]]>([
    [
      "S3 answers preflights",
      { originRequestPolicyId: CORS_S3_ORIGIN },
      [{ allowedMethods: ["GET"], allowedOrigins: ["*"] }],
    ],
    ["OPTIONS is not allowed", { allowedMethods: ["GET", "HEAD"] }, []],
  ])("unansweredPreflights is content where %s", (_, change, corsRules) => {
    const mended = mistaken(({ graph }) => {
      const { inputs } = new Query(graph).get("Distribution", "DeliveryDistribution");
      for (const one of [inputs.defaultCacheBehavior, ...inputs.orderedCacheBehaviors]) Object.assign(one, change);
      const type = "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration";
      graph.resources = graph.resources.filter((one) => one.type !== type);
      for (const bucket of ["dropclip-content-dev", "dropclip-images-dev"])
        graph.resources.push({ type, name: bucket, inputs: { bucket, corsRules }, outputs: {}, options: {} });
    });
    expect(RULES.unansweredPreflights(mended)).toEqual([]);
  });

  it("are all tried", () => expect(new Set(SEEDS.map(([name]) => name))).toEqual(new Set(names)));

  it("sharedNames finds a role that two Regions would share", () => {
    const role = (name: string, inputs = {}): Resource => ({ type: ROLE, name, inputs, outputs: {}, options: {} });
    const region = { resources: [role("R", { name: "dropclip-r-dev" }), role("S")] };
    expect(sharedNames(region, region)).toEqual(["Role R: dropclip-r-dev is the same name in every Region"]);
  });

  it("partitionsIn finds an ARN whose partition is written out, and leaves AWS's own policies alone", () => {
    const source = ["// arn:aws:s3:::comment", 'const arn = "arn:aws:s3:::bucket";', 'x("arn:aws:iam::aws:policy/P")'];
    expect(partitionsIn(source.join("\n"))).toEqual(["2 arn:aws:s3:::bucket"]);
  });
});
