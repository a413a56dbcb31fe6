import { readFileSync } from "node:fs";
import { findings, lint } from "@dropclip/synth/authorization/lint";
import type { Statement } from "@dropclip/synth/cloud";
import { type Graph, parseGraph } from "@dropclip/synth/graph";
import type { PlacedStatement } from "@dropclip/synth/policies";
import { describe, expect, it } from "vitest";

const FILE = "stacks/graph.json";
const read = (): Graph => parseGraph(readFileSync(FILE, "utf8"), FILE);

const ACCOUNT = "123456789012";
const BUCKET = "arn:aws:s3:::media";
const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:dead`;
const TABLE = `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/scores`;
const JOBS = `arn:aws:mediaconvert:us-east-1:${ACCOUNT}:jobs/*`;
const FUNCTION = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:claim`;
const EVENTS = `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/default`;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/worker`;

/** What the check says of one statement of a role's policy, or of a policy on a resource or role. */
function said(statement: Partial<Statement>, kind: PlacedStatement["kind"] = "identity"): string[] {
  const whole = { Effect: "Allow", ...statement } as Statement;
  const placed: PlacedStatement = {
    kind,
    at: "Worker/inline",
    subject: kind === "trust" ? ROLE : "media",
    statement: whole,
    name: "1",
    actions: [whole.Action ?? whole.NotAction ?? []].flat(),
    resources: [whole.Resource ?? whole.NotResource ?? []].flat(),
  };
  return findings(placed, { account: ACCOUNT, roles: [ROLE] });
}

const on = (Action: string | string[], Resource: string | string[], Condition?: Statement["Condition"]) => ({
  Action,
  Resource,
  ...(Condition && { Condition }),
});

describe("The policies of the graph", () => {
  it("say nothing that AWS's service authorization reference contradicts", () => {
    expect(lint(read())).toEqual([]);
  });

  it("are all looked at, whatever carries them", () => {
    const graph = read();
    const policy = { $json: { Version: "2012-10-17", Statement: [on("kms:Decrypt", "*")] } };
    const key = { type: "aws:kms/key:Key", name: "Secrets", inputs: { policy } };
    graph.resources.push({ ...key, outputs: {}, options: {} });
    expect(lint(graph)).toEqual([expect.stringMatching(/^Secrets: nobody looks at .* aws:kms\/key/)]);
  });

  it("are named when they are wrong", () => {
    const graph = read();
    const settle = graph.resources.find(({ type, name }) => type === "aws:iam/role:Role" && name === "SettleRole")!;
    const text = JSON.stringify(settle.inputs).replace("s3:AbortMultipartUpload", "s3:AbortMultiPart");
    settle.inputs = JSON.parse(text);
    expect(lint(graph)).toEqual([
      expect.stringMatching(/^SettleRole\/inline, statement \d+: s3:AbortMultiPart: .*s3:AbortMultipartUpload$/),
    ]);
  });
});

describe("A seeded mistake is found", () => {
  const prefix = { StringLike: { "s3:prefix": ["events/*"] } };
  it.each<[string, Partial<Statement>, RegExp]>([
    ["a misspelt action", on("s3:GetObjekt", `${BUCKET}/*`), /no such action; the nearest is s3:GetObject$/],
    ["a service there is none of", on("media:Probe", "*"), /no service of the prefix media/],
    ["a wildcard in place of the service", on("s*:GetObject", `${BUCKET}/*`), /does not name one service/],
    ["every action of every service", on("*", `${BUCKET}/*`), /every action of every service/],
    ["a wildcard that covers nothing", on("s3:Fetch*", `${BUCKET}/*`), /covers no action of s3/],
    ["an action of another service", on("sqs:GetItem", TABLE), /sqs:GetItem: AWS has no such action/],
    [
      "a key of listing objects on listing uploads",
      on(["s3:ListBucket", "s3:ListBucketMultipartUploads"], BUCKET, prefix),
      /s3:ListBucketMultipartUploads has no condition key s3:prefix: AWS lists .*s3:signatureAge/,
    ],
    [
      "a bucket for an action on objects",
      on("s3:GetObject", BUCKET),
      /never about arn:aws:s3:::media: AWS lists .*object/,
    ],
    [
      "objects for an action on buckets",
      on("s3:ListBucket", `${BUCKET}/*`),
      /never about .*media\/\*: AWS lists .*bucket/,
    ],
    ["an index for an action on tables", on("dynamodb:GetItem", `${TABLE}/index/byFan`), /AWS lists table/],
    ["another service's resource", on("sqs:SendMessage", TABLE), /never about .*table\/scores: AWS lists queue/],
    [
      "a resource where there are none",
      on("mediaconvert:Probe", JOBS),
      /takes no resource but "\*".*lists no resource types/,
    ],
    [
      "everything where there are resources",
      on("s3:GetObject", "*"),
      /is allowed on everything by \*: AWS lists .*object/,
    ],
    ["every bucket", on("s3:ListBucket", "arn:aws:s3:::*"), /is allowed on everything by arn:aws:s3:::\*/],
    ["every region", on("sqs:SendMessage", QUEUE.replace("us-east-1", "*")), /is allowed on everything/],
    [
      "a condition key there is none of",
      on("s3:GetObject", `${BUCKET}/*`, { StringEquals: { "s3:bucket": "media" } }),
      /s3:GetObject has no condition key s3:bucket/,
    ],
    [
      "a global condition key there is none of",
      on("s3:GetObject", `${BUCKET}/*`, { StringEquals: { "aws:SourceIP4": "::1" } }),
      /has no condition key aws:SourceIP4/,
    ],
    [
      "text compared with a number",
      on("s3:GetObject", `${BUCKET}/*`, { StringEquals: { "s3:signatureAge": "900000" } }),
      /AWS has it as Numeric, which is compared by Numeric operators/,
    ],
    [
      "numbers compared with text",
      on("s3:ListBucket", BUCKET, { NumericLessThan: { "s3:prefix": "5" } }),
      /AWS has it as String/,
    ],
    [
      "text compared with an ARN's operator",
      on("iam:PassRole", ROLE, { ArnLike: { "iam:PassedToService": "arn:aws:s3:::x" } }),
      /iam:PassedToService: AWS has it as String/,
    ],
    [
      "truth compared as text",
      on("s3:GetObject", `${BUCKET}/*`, { StringEquals: { "aws:SecureTransport": "true" } }),
      /AWS has it as Bool/,
    ],
    [
      "an operator there is none of",
      on("s3:ListBucket", BUCKET, { StringMatches: { "s3:prefix": "a" } }),
      /AWS has no such operator/,
    ],
    [
      "a list without a set operator",
      on("events:PutEvents", EVENTS, { StringEquals: { "events:source": "shop" } }),
      /holds a list: without ForAllValues or ForAnyValue nothing matches/,
    ],
    [
      "a set operator on one value",
      on("s3:ListBucket", BUCKET, { "ForAnyValue:StringLike": { "s3:prefix": "a/*" } }),
      /holds one value \(String\)/,
    ],
    [
      "a wildcard where text is compared as it stands",
      on("s3:ListBucket", BUCKET, { StringEquals: { "s3:prefix": "events/*" } }),
      /StringEquals takes the wildcard in events\/\* as it stands/,
    ],
    [
      "a key of PassRole on another action",
      on(["iam:PassRole", "iam:GetRole"], ROLE, { StringEquals: { "iam:PassedToService": "lambda.amazonaws.com" } }),
      /^Worker\/inline, statement 1: iam:GetRole has no condition key iam:PassedToService/,
    ],
    [
      "a resource's tag where AWS has none",
      on("events:TestEventPattern", "*", { StringEquals: { "aws:ResourceTag/team": "red" } }),
      /has no condition key aws:ResourceTag\/team/,
    ],
    [
      "a request's tag where AWS has none",
      on("mediaconvert:GetJob", JOBS, { StringEquals: { "aws:RequestTag/team": "red" } }),
      /has no condition key aws:RequestTag\/team/,
    ],
    [
      "an object's tag on writing it",
      on("s3:PutObject", `${BUCKET}/*`, { StringEquals: { "s3:ExistingObjectTag/hidden": "true" } }),
      /s3:PutObject has no condition key s3:ExistingObjectTag\/hidden/,
    ],
    [
      "a variable there is none of",
      on("s3:GetObject", `${BUCKET}/\${aws:PrincipleTag/team}/*`),
      /the variable .*PrincipleTag/,
    ],
    ["all but some actions", { NotAction: "iam:*", Resource: "*" }, /Allow with NotAction/],
    ["all but some resources", { Action: "s3:GetObject", NotResource: `${BUCKET}/*` }, /Allow with NotResource/],
    [
      "a principal of a role's own policy",
      { ...on("s3:GetObject", `${BUCKET}/*`), Principal: "*" },
      /has no Principal/,
    ],
  ])("%s", (_name, statement, expected) => {
    expect(said(statement)).toContainEqual(expect.stringMatching(expected));
  });

  const events = { Service: "events.amazonaws.com" };
  it.each<[string, Statement["Principal"], Partial<Statement>, RegExp]>([
    ["everybody", "*", {}, /the principal "\*" is everybody/],
    [
      "a service there is none of",
      { Service: "event.amazonaws.com" },
      {},
      /no service principal event\.amazonaws\.com/,
    ],
    ["a service that acts for anybody", events, {}, /events\.amazonaws\.com may act for anybody's resource/],
    ["a role there is none of", { AWS: `${ROLE}2` }, {}, /neither this account nor a role of it/],
    ["another account", { AWS: "arn:aws:iam::999999999999:root" }, {}, /neither this account/],
    ["nobody", undefined, {}, /names no Principal/],
  ])("in the policy of a resource: %s", (_name, Principal, more, expected) => {
    const statement = { ...on("sqs:SendMessage", QUEUE), ...(Principal && { Principal }), ...more };
    expect(said(statement, "resource")).toEqual([expect.stringMatching(expected)]);
  });

  it("in a trust policy: an action on no role, a key AssumeRole has not got", () => {
    const trusts = (Action: string, Condition?: Statement["Condition"]) =>
      said({ Action, Principal: { AWS: ROLE }, ...(Condition && { Condition }) }, "trust");
    expect(trusts("sts:GetCallerIdentity")).toEqual([expect.stringMatching(/never about|takes no resource/)]);
    expect(trusts("sts:TagSession", { StringEquals: { "sts:ExternalId": "x" } })).toEqual([
      expect.stringMatching(/sts:TagSession has no condition key sts:ExternalId/),
    ]);
  });
});

describe("What AWS lists is left alone", () => {
  it.each<[Partial<Statement>, PlacedStatement["kind"]]>([
    [on("s3:GetObject", `${BUCKET}/\${aws:PrincipalTag/team}/*`), "identity"],
    [on("s3:GetObject", `${BUCKET}/*`, { StringEquals: { "s3:ExistingObjectTag/hidden": "true" } }), "identity"],
    [on("s3:PutObject", `${BUCKET}/*`, { "ForAllValues:StringLike": { "s3:RequestObjectTagKeys": "a*" } }), "identity"],
    [on("dynamodb:Query", [TABLE, `${TABLE}/index/byFan`]), "identity"],
    [on("dynamodb:GetItem", TABLE, { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": "a" } }), "identity"],
    [on("mediaconvert:GetJob", JOBS, { StringEquals: { "aws:ResourceTag/ManagedByService": "x" } }), "identity"],
    [on("mediaconvert:Probe", "*"), "identity"],
    [on("S3:getobject", `${BUCKET}/*`, { StringEquals: { "AWS:PRINCIPALTAG/team": "red" } }), "identity"],
    [on("s3:GetObject", `${BUCKET}/*`, { Null: { "s3:authType": "false" } }), "identity"],
    [on("s3:GetObject", `${BUCKET}/*`, { DateLessThan: { "aws:CurrentTime": "2030-01-01T00:00:00Z" } }), "identity"],
    [{ ...on("s3:*", "*"), Effect: "Deny" }, "identity"],
    [
      {
        ...on("s3:*", [BUCKET, `${BUCKET}/*`], { NumericGreaterThan: { "s3:signatureAge": "900000" } }),
        Effect: "Deny",
        Principal: "*",
      },
      "resource",
    ],
    [
      {
        ...on("lambda:InvokeFunction", FUNCTION, { ArnLike: { "AWS:SourceArn": EVENTS } }),
        Principal: { Service: "events.amazonaws.com" },
      },
      "resource",
    ],
    [
      {
        Action: "sts:AssumeRole",
        Principal: { Service: "lambda.amazonaws.com" },
      },
      "trust",
    ],
  ])("%j (%s)", (statement, kind) => {
    expect(said(statement, kind)).toEqual([]);
  });
});
