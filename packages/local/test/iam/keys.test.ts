import type { Statement } from "@dropclip/synth/cloud";
import { describe, expect, it } from "vitest";
import { ACCOUNT, allow, allowed, iamOf, policy, REGION, refusal, role, session } from "./support.ts";

const BUCKET = "arn:aws:s3:::media";
const OBJECT = `${BUCKET}/a`;
const TABLE = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/scores`;
const JOB = `arn:aws:mediaconvert:${REGION}:${ACCOUNT}:jobs/1`;
const QUEUE = `arn:aws:mediaconvert:${REGION}:${ACCOUNT}:queues/Default`;
const BUS = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/media`;

/** Whether a request has the key once its service has handed it over. */
const has = (action: string, resource: string, key: string) =>
  allowed(allow("*", "*", { Condition: { Null: { [key]: "false" } } }), action, resource, { context: { [key]: "x" } });

describe("A condition key handed over reaches the policies where AWS lists it for the action, and nowhere else", () => {
  it.each<[key: string, action: string, resource: string, expected: boolean]>([
    ["s3:prefix", "s3:ListBucket", BUCKET, true],
    ["s3:prefix", "s3:ListBucketMultipartUploads", BUCKET, false],
    ["s3:prefix", "s3:GetObject", OBJECT, false],
    ["s3:max-keys", "s3:ListBucketMultipartUploads", BUCKET, false],
    ["s3:signatureAge", "s3:GetObject", OBJECT, true],
    ["s3:authType", "s3:DeleteObject", OBJECT, true],
    ["s3:if-none-match", "s3:PutObject", OBJECT, true],
    ["s3:if-none-match", "s3:DeleteObject", OBJECT, false],
    ["s3:if-match", "s3:DeleteObject", OBJECT, true],
    ["s3:x-amz-acl", "s3:GetObject", OBJECT, false],
    // With a name of the user's in it.
    ["s3:ExistingObjectTag/hidden", "s3:GetObject", OBJECT, true],
    ["s3:ExistingObjectTag/a/b", "s3:GetObject", OBJECT, true],
    ["s3:ExistingObjectTag/", "s3:GetObject", OBJECT, false],
    ["s3:ExistingObjectTag/hidden", "s3:PutObject", OBJECT, false],
    ["s3:RequestObjectTag/hidden", "s3:PutObject", OBJECT, true],
    ["s3:RequestObjectTag/hidden", "s3:GetObject", OBJECT, false],
    ["dynamodb:LeadingKeys", "dynamodb:GetItem", TABLE, true],
    ["dynamodb:LeadingKeys", "dynamodb:DescribeTable", TABLE, false],
    ["dynamodb:Attributes", "dynamodb:Scan", TABLE, true],
    ["events:source", "events:PutEvents", BUS, true],
    ["events:source", "events:TestEventPattern", "*", false],
    ["iam:PassedToService", "iam:PassRole", ROLE, true],
    ["iam:PassedToService", "iam:GetRole", ROLE, false],
    ["sts:ExternalId", "sts:AssumeRole", ROLE, true],
    ["sts:ExternalId", "sts:TagSession", ROLE, false],
    ["aws:RequestTag/team", "mediaconvert:CreateJob", QUEUE, true],
    ["aws:RequestTag/team", "mediaconvert:GetJob", JOB, false],
    ["aws:TagKeys", "sts:TagSession", ROLE, true],
    ["aws:TagKeys", "s3:GetObject", OBJECT, false],
    // Listed for the resource's type, not for the action.
    ["aws:ResourceTag/team", "mediaconvert:GetJob", JOB, true],
    ["aws:ResourceTag/team", "mediaconvert:Probe", "*", false],
    ["iam:ResourceTag/team", "iam:PassRole", ROLE, true],
    // Global ones are everywhere; AWS has no others.
    ["aws:SourceArn", "events:TestEventPattern", "*", true],
    ["aws:UserAgent", "mediaconvert:GetJob", JOB, true],
    ["aws:Something", "s3:GetObject", OBJECT, false],
    ["made:up", "s3:GetObject", OBJECT, false],
    // An action AWS has not got has no keys of its own.
    ["s3:prefix", "s3:ListEverything", BUCKET, false],
  ])("%s of %s on %s: %s", (key, action, resource, expected) => {
    expect(has(action, resource, key)).toBe(expected);
    expect(has(action.toUpperCase(), resource, key.toUpperCase())).toBe(expected);
  });

  it("is missing to negated operators and variables too", () => {
    const context = { "s3:prefix": "events/1" };
    const may = (statement: Statement, action: string) => allowed(statement, action, BUCKET, { context });
    const others = allow("*", "*", { Condition: { StringNotLike: { "s3:prefix": "events/*" } } });
    expect(may(others, "s3:ListBucket")).toBe(false);
    expect(may(others, "s3:ListBucketMultipartUploads")).toBe(true);
    const named = allow("*", "*", {
      Condition: { StringEquals: { "aws:RequestedRegion": `\${s3:prefix, '${REGION}'}` } },
    });
    expect(may(named, "s3:ListBucket")).toBe(false);
    expect(may(named, "s3:ListBucketMultipartUploads")).toBe(true);
  });
});

describe("An action that AWS lists no resource types for", () => {
  const all = `arn:aws:mediaconvert:${REGION}:${ACCOUNT}:*`;

  it.each([
    ["*", true],
    [all, false],
    ["arn:aws:mediaconvert:*", false],
  ])("is granted on %s: %s", (resource, expected) => {
    expect(allowed(allow("mediaconvert:Probe", resource), "mediaconvert:Probe", "*")).toBe(expected);
    // Whatever its service takes it to be about.
    expect(allowed(allow("mediaconvert:Probe", resource), "mediaconvert:Probe", all)).toBe(expected);
  });

  it("is refused in the service's words", () => {
    const iam = iamOf({ roles: [role("worker", [policy(allow("mediaconvert:Probe", all))])] });
    expect(refusal(() => iam.authorize(session(), "mediaconvert:Probe", "*"))?.message).toMatch(
      "not authorized to perform: mediaconvert:Probe on resource: * because no identity-based policy allows",
    );
  });
});
