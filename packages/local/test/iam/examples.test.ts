import type { Statement } from "@dropclip/synth/cloud";
import { describe, expect, it } from "vitest";
import { ACCOUNT, allow, allowed, bucket, deny, iamOf, may, operator, policy, role, session } from "./support.ts";

/** Our own versions of the policies AWS's user guide explains, with what it says about them. */
const B = "arn:aws:s3:::media";

describe("Identity-based and resource-based policy together (reference_policies_evaluation-logic_policy-eval-basics)", () => {
  // One may list and read everything, and write to a bucket whose policy says so; another bucket's logs are forbidden.
  const logs = "arn:aws:s3:::carlos-logs";
  const iam = iamOf({
    roles: [
      role("carlos", [
        policy([
          allow(["s3:GetBucketLocation", "s3:GetObject", "s3:ListBucket"], ["arn:aws:s3:::*"]),
          allow("s3:PutObject", `${logs}/*`),
          deny("s3:*", "arn:aws:s3:::secret/*"),
        ]),
      ]),
      role("zhang"),
    ],
    buckets: [
      bucket(
        "shared",
        policy({
          ...allow(["s3:PutObject", "s3:GetObject"], "arn:aws:s3:::shared/*"),
          Principal: { AWS: [`arn:aws:iam::${ACCOUNT}:role/carlos`, `arn:aws:iam::${ACCOUNT}:role/zhang`] },
        }),
      ),
      bucket(
        "secret",
        policy({
          ...allow("s3:*", "arn:aws:s3:::secret/*"),
          Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/carlos` },
        }),
      ),
    ],
  });
  it.each([
    ["carlos", "s3:PutObject", `${logs}/today`, true],
    ["carlos", "s3:PutObject", "arn:aws:s3:::shared/a", true],
    ["carlos", "s3:PutObject", "arn:aws:s3:::other/a", false],
    ["carlos", "s3:GetObject", "arn:aws:s3:::other/a", true],
    ["carlos", "s3:GetObject", "arn:aws:s3:::secret/a", false],
    ["zhang", "s3:PutObject", "arn:aws:s3:::shared/a", true],
    ["zhang", "s3:GetObject", "arn:aws:s3:::other/a", false],
  ])("%s %s %s: %s", (name, action, resource, expected) => {
    expect(may(() => iam.authorize(session(name), action, resource))).toBe(expected);
  });
});

describe("A home directory by variable (reference_policies_examples_s3_home-directory-console)", () => {
  const home = `arn:aws:s3:::home/users/\${aws:PrincipalTag/user}`;
  const statements: Statement[] = [
    allow("s3:ListBucket", "arn:aws:s3:::home", {
      Condition: { StringLike: { "s3:prefix": ["", "users/", `users/\${aws:PrincipalTag/user}/*`] } },
    }),
    allow("s3:*", [home, `${home}/*`]),
  ];
  const as = (user: string | undefined, action: string, resource: string, prefix?: string) =>
    allowed(statements, action, resource, {
      principal: user === undefined ? {} : { tags: { user } },
      ...(prefix === undefined ? {} : { context: { "s3:prefix": prefix } }),
    });

  it("lists the way there and what is in it", () => {
    expect(as("martha", "s3:ListBucket", "arn:aws:s3:::home", "")).toBe(true);
    expect(as("martha", "s3:ListBucket", "arn:aws:s3:::home", "users/")).toBe(true);
    expect(as("martha", "s3:ListBucket", "arn:aws:s3:::home", "users/martha/2026")).toBe(true);
    expect(as("martha", "s3:ListBucket", "arn:aws:s3:::home", "users/nikki/")).toBe(false);
    // Without a prefix in the request nothing can match it.
    expect(as("martha", "s3:ListBucket", "arn:aws:s3:::home")).toBe(false);
    expect(as(undefined, "s3:ListBucket", "arn:aws:s3:::home", "users//")).toBe(false);
  });

  it("gives everything in it, and nothing beside", () => {
    expect(as("martha", "s3:DeleteObject", "arn:aws:s3:::home/users/martha/a")).toBe(true);
    expect(as("martha", "s3:GetObject", "arn:aws:s3:::home/users/martha2/a")).toBe(false);
    expect(as("*", "s3:GetObject", "arn:aws:s3:::home/users/nikki/a")).toBe(false);
  });

  it("knows the user by name where there is one", () => {
    const own = bucket(
      "home",
      policy({ ...deny("s3:*", `arn:aws:s3:::home/\${aws:username}/*`), Principal: { AWS: operator.arn } }),
    );
    const iam = iamOf({ buckets: [own] });
    expect(may(() => iam.authorize(operator, "s3:GetObject", "arn:aws:s3:::home/operator/a"))).toBe(false);
    expect(may(() => iam.authorize(operator, "s3:GetObject", "arn:aws:s3:::home/other/a"))).toBe(true);
  });
});

describe("Rows by leading key (DynamoDB, specifying-conditions)", () => {
  const table = `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/scores`;
  const own = allow(["dynamodb:GetItem", "dynamodb:Query"], table, {
    Condition: { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": [`\${aws:PrincipalTag/user}`] } },
  });
  const read = (leading: string | string[] | undefined) =>
    allowed(own, "dynamodb:GetItem", table, {
      principal: { tags: { user: "u1" } },
      ...(leading === undefined ? {} : { context: { "dynamodb:LeadingKeys": leading } }),
    });

  it("is for every key of the request", () => {
    expect(read("u1")).toBe(true);
    expect(read(["u1", "u1"])).toBe(true);
    expect(read(["u1", "u2"])).toBe(false);
  });

  it("is true of a request without keys, as AWS warns", () => {
    expect(read(undefined)).toBe(true);
  });
});

describe("Tags in a request (reference_policies_condition-single-vs-multi-valued-context-keys)", () => {
  const statement = allow("ec2:CreateTags", "arn:aws:ec2:*:*:instance/*", {
    Condition: {
      StringEqualsIgnoreCase: { "aws:RequestTag/environment": ["preprod", "storage"] },
      "ForAnyValue:StringEquals": { "aws:TagKeys": "environment" },
    },
  });
  const instance = `arn:aws:ec2:us-east-1:${ACCOUNT}:instance/i-1`;
  it.each<[Record<string, string | string[]>, boolean]>([
    [{ "aws:TagKeys": ["environment"], "aws:RequestTag/environment": "preprod" }, true],
    [{ "aws:TagKeys": ["environment", "costcenter"], "aws:RequestTag/environment": "PreProd" }, true],
    [{ "aws:TagKeys": ["Environment"], "aws:RequestTag/Environment": "preprod" }, false],
    [{ "aws:TagKeys": ["costcenter"], "aws:RequestTag/environment": "preprod" }, false],
    [{ "aws:TagKeys": [], "aws:RequestTag/environment": "storage" }, false],
    [{ "aws:TagKeys": ["environment"] }, false],
    [{}, false],
  ])("%j: %s", (context, expected) => {
    expect(allowed(statement, "ec2:CreateTags", instance, { context })).toBe(expected);
  });
});

describe("What a bucket refuses everyone (S3, example-bucket-policies, bucket-policy-s3-sigv4-conditions)", () => {
  const everyone = { Principal: "*" as const };
  const iam = iamOf({
    roles: [role("worker", [policy(allow("s3:*", [B, `${B}/*`]))])],
    buckets: [
      bucket(
        "media",
        policy([
          { ...deny("s3:*", [B, `${B}/*`], { Condition: { Bool: { "aws:SecureTransport": "false" } } }), ...everyone },
          {
            ...deny("s3:*", `${B}/*`, { Condition: { NumericGreaterThan: { "s3:signatureAge": "900000" } } }),
            ...everyone,
          },
          {
            ...deny("s3:PutObject", `${B}/locked/*`, { Condition: { Null: { "s3:if-none-match": "true" } } }),
            ...everyone,
          },
          {
            ...deny("s3:*", `${B}/office/*`, { Condition: { NotIpAddress: { "aws:SourceIp": "192.0.2.0/24" } } }),
            ...everyone,
          },
        ]),
      ),
    ],
  });
  it.each<[string, string, Record<string, string>, boolean]>([
    ["s3:PutObject", "a", { "aws:SecureTransport": "true" }, true],
    ["s3:PutObject", "a", { "aws:SecureTransport": "false" }, false],
    ["s3:PutObject", "a", { "s3:signatureAge": "900000" }, true],
    ["s3:PutObject", "a", { "s3:signatureAge": "900001" }, false],
    ["s3:PutObject", "locked/a", {}, false],
    ["s3:PutObject", "locked/a", { "s3:if-none-match": "*" }, true],
    ["s3:GetObject", "office/a", { "aws:SourceIp": "192.0.2.188" }, true],
    ["s3:GetObject", "office/a", { "aws:SourceIp": "203.0.113.5" }, false],
  ])("%s %s %j: %s", (action, key, context, expected) => {
    for (const caller of [session(), operator]) {
      expect(may(() => iam.authorize(caller, action, `${B}/${key}`, context))).toBe(expected);
    }
  });
});

describe("Matching tags of principal and resource (tutorial_attribute-based-access-control)", () => {
  const statements = [
    allow("secretsmanager:*", "*", {
      Condition: {
        StringEquals: {
          "aws:ResourceTag/project": `\${aws:PrincipalTag/project}`,
          "aws:ResourceTag/team": `\${aws:PrincipalTag/team}`,
        },
      },
    }),
    deny("secretsmanager:Delete*", "*", {
      Condition: { StringNotEqualsIfExists: { "aws:ResourceTag/owner": `\${aws:PrincipalTag/user}` } },
    }),
  ];
  const secret = `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:x`;
  const on = (action: string, tags: Record<string, string>) =>
    allowed(statements, `secretsmanager:${action}`, secret, {
      principal: { tags: { project: "peg", team: "eng", user: "ann" } },
      context: Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value])),
    });

  it("grants where both agree", () => {
    expect(on("GetSecretValue", { project: "peg", team: "eng" })).toBe(true);
    expect(on("GetSecretValue", { project: "uni", team: "eng" })).toBe(false);
    expect(on("GetSecretValue", { project: "peg" })).toBe(false);
  });

  it("denies with a negated IfExists also where the key is missing", () => {
    expect(on("DeleteSecret", { project: "peg", team: "eng", owner: "ann" })).toBe(true);
    expect(on("DeleteSecret", { project: "peg", team: "eng", owner: "bob" })).toBe(false);
    expect(on("DeleteSecret", { project: "peg", team: "eng" })).toBe(false);
  });
});

describe("A queue policy by tag of the caller", () => {
  // As observed of AWS: who has the tags may send, whatever their own policies say; an explicit deny takes it from one.
  const arn = `arn:aws:sqs:us-east-1:${ACCOUNT}:ingest`;
  const document = policy([
    {
      ...allow("SQS:SendMessage", arn),
      Principal: "*",
      Condition: { StringEquals: { "aws:PrincipalTag/env": "dev", "aws:PrincipalTag/part": "ingestion" } },
    },
    {
      ...deny("sqs:SendMessage", arn),
      Principal: "*",
      Condition: { ArnEquals: { "aws:PrincipalArn": `arn:aws:iam::${ACCOUNT}:role/c` } },
    },
  ]);
  const queue = {
    name: "ingest",
    url: "",
    arn,
    policy: document,
    visibilityTimeoutSeconds: 1,
    messageRetentionSeconds: 60,
  };
  const iam = iamOf({
    roles: [role("a"), role("b"), role("c", [policy(allow("sqs:SendMessage", arn))])],
    queues: [queue],
  });
  it.each([
    ["a", "ingestion", true],
    ["b", "egress", false],
    ["c", "egress", false],
    ["c", "ingestion", false],
  ])("role %s tagged %s: %s", (name, part, expected) => {
    expect(may(() => iam.authorize(session(name, { tags: { env: "dev", part } }), "sqs:SendMessage", arn))).toBe(
      expected,
    );
  });
});
