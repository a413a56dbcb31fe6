import type { Statement } from "@dropclip/synth/cloud";
import { describe, expect, it } from "vitest";
import { checkSessionPolicy, type IamPrincipal, PolicyError } from "../../src/iam/index.ts";
import { allow, bucket, iamOf, policy, refusal, role, service, session } from "./support.ts";

const B = "arn:aws:s3:::b";
const GET = allow("s3:GetObject", `${B}/*`);
const when = (Condition: object) => ({ ...GET, Condition });

/** The line with which the start refuses a role with that statement. */
function refused(statement: object, version?: string): string {
  return caught(() => iamOf({ roles: [role("worker", [policy(statement as Statement, version)])] }));
}

function caught(start: () => unknown): string {
  try {
    start();
  } catch (error) {
    if (error instanceof PolicyError) return error.message;
    throw error;
  }
  return "not refused";
}

describe("A role's policy that AWS would not take", () => {
  it.each<[object, string]>([
    [{ ...GET, NotAction: "s3:*" }, "either Action or NotAction"],
    [{ Effect: "Allow", Resource: "*" }, "either Action or NotAction"],
    [{ ...GET, NotResource: "*" }, "either Resource or NotResource"],
    [{ Effect: "Allow", Action: "s3:*" }, "either Resource or NotResource"],
    [{ ...GET, Action: [] }, "Action is empty"],
    [{ ...GET, Action: [5] }, "Action holds something that is no text"],
    [{ ...GET, Action: "GetObject" }, 'the action "GetObject" is not of the form service:Action'],
    [{ ...GET, Action: "s3:Get Object" }, "not of the form"],
    [{ ...GET, Action: "s*:Get" }, "not of the form"],
    [{ ...GET, Resource: "b/*" }, 'is neither an ARN nor "*"'],
    [{ ...GET, Resource: "" }, "is neither an ARN"],
    [{ ...GET, Resource: "ar*:aws:s3:::b" }, "is neither an ARN"],
    [{ ...GET, Resource: "arn:aws:s3" }, "fewer than the six parts"],
    [{ ...GET, Resource: "arn:aws:*:::b" }, "wildcard in place of the service"],
    [{ ...GET, Resource: `arn:aws:s3:\${aws:RequestedRegion}::b` }, "variable before the fifth colon"],
    [{ ...GET, Resource: `${B}/\${aws:username, x}` }, "is malformed"],
    [{ ...GET, Resource: `${B}/\${}` }, "is malformed"],
    [{ ...GET, Effect: "allow" }, "Effect is neither Allow nor Deny"],
    [{ ...GET, Principal: "*" }, "only resource-based policies have a Principal"],
    [{ ...GET, Conditions: {} }, "no element Conditions"],
    [when({ StringEqual: { a: "b" } }), "there is no condition operator StringEqual"],
    [when({ stringequals: { a: "b" } }), "there is no condition operator stringequals"],
    [when({ toString: { a: "b" } }), "there is no condition operator toString"],
    [when({ "ForEachValue:StringEquals": { a: "b" } }), "no condition operator"],
    [when({ NullIfExists: { a: "true" } }), "no condition operator"],
    [when({ StringEquals: "a" }), "StringEquals is not an object"],
    [when({ StringEquals: { a: [] } }), "StringEquals has no values"],
    [when({ StringEquals: { a: { b: 1 } } }), "no text, number or boolean"],
    [when({ NumericEquals: { a: "ten" } }), '"ten" is not a number'],
    [when({ DateEquals: { a: "today" } }), '"today" is not a date'],
    [when({ DateEquals: { a: "2026-13-45" } }), "is not a date"],
    [when({ Bool: { a: "yes" } }), "neither true nor false"],
    [when({ Null: { a: "maybe" } }), "Null takes true or false"],
    [when({ BinaryEquals: { a: "not base64" } }), "is not base64"],
    [when({ IpAddress: { a: "10.0.0.0/33" } }), "is not an IP address or range"],
    [when({ IpAddress: { a: "10.0.0/8" } }), "is not an IP address or range"],
    [when({ IpAddress: { a: "10.0.0.0/8/8" } }), "is not an IP address or range"],
    [when({ IpAddress: { a: "::1/129" } }), "is not an IP address or range"],
  ])("is refused at the start: %j", (statement, why) => {
    expect(refused(statement)).toContain(why);
  });

  it("is named with its role and the number of the statement", () => {
    const document = policy([GET, { ...GET, Action: "x" }]);
    expect(caught(() => iamOf({ roles: [role("worker", [policy(GET), document])] }))).toBe(
      'the policy policy2 of role worker: statement 2: the action "x" is not of the form service:Action',
    );
  });

  it("has a version there is", () => {
    expect(refused(GET, "2012-10-18")).toContain("no policy language version 2012-10-18");
    expect(caught(() => iamOf({ roles: [role("worker", [policy([])])] }))).toContain("it has no statements");
  });
});

describe("A resource's policy or trust that is not evaluated", () => {
  const onBucket = (statement: object) =>
    caught(() => iamOf({ buckets: [bucket("b", policy(statement as Statement))] }));
  const trust = (statement: object) => caught(() => iamOf({ roles: [role("worker", [], [statement as Statement])] }));

  it("is refused with NotPrincipal, never half understood", () => {
    expect(onBucket({ ...GET, Effect: "Deny", NotPrincipal: { AWS: "123456789012" } })).toBe(
      "the policy of arn:aws:s3:::b: statement 1: NotPrincipal is not evaluated here: name who is meant",
    );
    expect(trust({ Effect: "Deny", NotPrincipal: "*", Action: "sts:*" })).toMatch("NotPrincipal");
  });

  it.each<[unknown, string]>([
    [undefined, "it has no Principal"],
    ["arn:aws:iam::123456789012:root", 'neither "*" nor an object'],
    [{}, "names nobody"],
    [{ AWS: [] }, "names nobody"],
    [{ AWS: "arn:aws:iam::123456789012:role/*" }, "not a principal of kind AWS"],
    [{ AWS: "arn:aws:iam::12:root" }, "not a principal of kind AWS"],
    [{ AWS: "123456789012:root" }, "not a principal of kind AWS"],
    [{ AWS: 123456789012 }, "not a principal of kind AWS"],
    [{ Service: "*" }, "not a principal of kind Service"],
    [{ Service: "lambda" }, "not a principal of kind Service"],
    [{ CanonicalUser: "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be" }, "kind CanonicalUser"],
    [{ User: "x" }, "not a principal of kind User"],
  ])("is refused with the principal %j", (Principal, why) => {
    expect(onBucket({ ...GET, Principal })).toContain(why);
  });

  it("is refused when it is about another bucket, as by S3", () => {
    const other = { ...allow("s3:*", [`${B}/*`, "arn:aws:s3:::c/*"]), Principal: "*" as const };
    expect(onBucket(other)).toBe('the policy of arn:aws:s3:::b: the resource "arn:aws:s3:::c/*" is not in the bucket');
  });

  it("is refused when a trust policy has a resource", () => {
    expect(trust({ Effect: "Allow", Principal: "*", Action: "sts:AssumeRole", Resource: "*" })).toMatch("no Resource");
  });

  it("is refused when a permission is about a function that is not there", () => {
    const permission = { functionArn: "arn:f", principal: "s3.amazonaws.com", action: "lambda:InvokeFunction" };
    expect(caught(() => iamOf({ permissions: [permission] }))).toBe(
      "a permission is about arn:f, and there is no such function",
    );
  });
});

describe("checkSessionPolicy", () => {
  it("tells STS whether a policy is one", () => {
    expect(() => checkSessionPolicy(policy(GET))).not.toThrow();
    expect(caught(() => checkSessionPolicy(policy({ ...GET, Principal: "*" })))).toBe(
      "the session policy: statement 1: only resource-based policies have a Principal",
    );
    for (const value of [null, [], {}, { Statement: "x" }, { Version: "2012-10-17", Statement: [null] }] as any[]) {
      expect(caught(() => checkSessionPolicy(value))).not.toBe("not refused");
    }
  });
});

describe("usage", () => {
  const roles = [
    role("worker", [
      policy([
        allow(["s3:GetObject", "s3:Put*"], [`${B}/a/*`, `${B}/*`]),
        {
          Sid: "Secure",
          Effect: "Deny",
          Action: "s3:*",
          Resource: "*",
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ]),
      policy({ Effect: "Allow", NotAction: ["s3:*", "iam:*"], NotResource: `${B}/*` }),
    ]),
    role("idle", [policy(allow("sqs:SendMessage", "*"))]),
  ];

  it("lists every action on every resource of every role's policies, unused ones with zero", () => {
    const secure = { Bool: { "aws:SecureTransport": "false" } };
    const none = { statement: "1", effect: "Allow", used: 0 };
    expect(iamOf({ roles }).usage()).toEqual([
      {
        role: "arn:aws:iam::123456789012:role/worker",
        grants: [
          { policy: "policy1", action: "s3:GetObject", resource: `${B}/a/*`, ...none },
          { policy: "policy1", action: "s3:GetObject", resource: `${B}/*`, ...none },
          { policy: "policy1", action: "s3:Put*", resource: `${B}/a/*`, ...none },
          { policy: "policy1", action: "s3:Put*", resource: `${B}/*`, ...none },
          { policy: "policy2", action: "NotAction s3:*, iam:*", resource: `NotResource ${B}/*`, ...none },
        ],
        denies: [
          {
            policy: "policy1",
            statement: "Secure",
            effect: "Deny",
            action: "s3:*",
            resource: "*",
            condition: secure,
            used: 0,
          },
        ],
      },
      {
        role: "arn:aws:iam::123456789012:role/idle",
        grants: [{ policy: "policy1", action: "sqs:SendMessage", resource: "*", ...none }],
        denies: [],
      },
    ]);
  });

  it("counts what was allowed, for every grant that covers it", () => {
    const iam = iamOf({ roles });
    iam.authorize(session(), "s3:GetObject", `${B}/a/1`);
    iam.authorize(session(), "s3:GetObject", `${B}/b`);
    iam.authorize(session(), "dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:123456789012:table/t");
    refusal(() => iam.authorize(session(), "s3:PutObject", `${B}/a/1`, { "aws:SecureTransport": "false" }));
    refusal(() => iam.authorize(session(), "s3:DeleteObject", `${B}/a/1`));
    expect(iam.usage().map(({ grants }) => grants.map(({ used }) => used))).toEqual([[1, 2, 0, 0, 1], [0]]);
    // What a statement refused, as against what nothing allowed.
    expect(iam.usage()[0]!.denies.map(({ used }) => used)).toEqual([1]);
  });

  it("counts what was refused by role, action and resource, but no question of a service's own", () => {
    const iam = iamOf({ roles });
    const ask = (who: IamPrincipal, action: string, resource: string) =>
      refusal(() => iam.authorize(who, action, resource));
    ask(session(), "s3:DeleteObject", `${B}/1`);
    ask(session("idle"), "s3:DeleteObject", `${B}/1`);
    ask(session(), "s3:DeleteObject", `${B}/1`);
    ask(service("cloudfront.amazonaws.com"), "s3:GetObject", `${B}/1`);
    refusal(() => iam.authorize(session(), "s3:GetObjectTagging", `${B}/1`, {}, { probe: true }));
    const reason = "because no identity-based policy allows the s3:DeleteObject action";
    expect(iam.denials()).toEqual([
      { principal: roles[1]!.arn, action: "s3:DeleteObject", resource: `${B}/1`, reason, count: 1 },
      { principal: roles[0]!.arn, action: "s3:DeleteObject", resource: `${B}/1`, reason, count: 2 },
      {
        principal: "cloudfront.amazonaws.com",
        action: "s3:GetObject",
        resource: `${B}/1`,
        reason: "because no resource-based policy allows the s3:GetObject action",
        count: 1,
      },
    ]);
    expect(iam.entries).toHaveLength(4);
  });

  it("forgets the oldest refusals, however many resources a caller makes up", () => {
    const iam = iamOf({ roles });
    for (let index = 0; index < 1001; index++)
      refusal(() => iam.authorize(session(), "s3:DeleteObject", `${B}/${index}`));
    expect([iam.denials().length, iam.denials()[0]!.resource]).toEqual([1000, `${B}/1`]);
  });

  it("counts taking on and passing roles", () => {
    const media = "arn:aws:iam::123456789012:role/media";
    const iam = iamOf({
      roles: [
        role("worker", [policy([allow("iam:PassRole", media), allow("sts:AssumeRole", media)])]),
        role("media", [], [{ Effect: "Allow", Principal: { AWS: "123456789012" }, Action: "sts:AssumeRole" }]),
      ],
    });
    iam.passRole(session(), media, "mediaconvert.amazonaws.com");
    iam.assumeRole(session(), media, { sessionName: "s1" });
    expect(iam.usage()[0]!.grants.map(({ used }) => used)).toEqual([1, 1]);
  });
});
