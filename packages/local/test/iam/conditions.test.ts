import { describe, expect, it } from "vitest";
import { ACCOUNT, allow, allowed, REGION } from "./support.ts";

const TABLE = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/scores`;
const QUEUE = `arn:aws:mediaconvert:${REGION}:${ACCOUNT}:queues/Default`;

type Values = string | string[];
type ConditionValues = Record<string, Values>;

/** Whether a statement with the condition matches a request with the context. */
const holds = (condition: Record<string, Record<string, Values>>, context: ConditionValues = {}, version?: string) =>
  allowed(allow("*", "*", { Condition: condition }), "s3:PutObject", "arn:aws:s3:::b/k", {
    context,
    principal: { tags: { team: "red", star: "*" } },
    ...(version && { version }),
  });

/** One operator, the policy's values, the request's value (none when undefined), and whether they match. */
type Case = [operator: string, policy: Values, request: Values | undefined, expected: boolean];

/** A key that a request for any action may have. */
const KEY = "aws:UserAgent";

function table(cases: Case[]) {
  it.each(cases)("%s %j against %j: %s", (operator, wanted, given, expected) => {
    expect(holds({ [operator]: { [KEY]: wanted } }, given === undefined ? {} : { [KEY]: given })).toBe(expected);
  });
}

describe("String operators", () => {
  table([
    ["StringEquals", "a", "a", true],
    ["StringEquals", "a", "A", false],
    ["StringEquals", ["a", "b"], "b", true],
    ["StringEquals", "a*", "ab", false],
    ["StringEquals", "a*", "a*", true],
    ["StringEquals", "a", undefined, false],
    ["StringEquals", "", "", true],
    ["StringNotEquals", "a", "b", true],
    ["StringNotEquals", ["a", "b"], "b", false],
    ["StringNotEquals", "a", undefined, true],
    ["StringEqualsIgnoreCase", "aB", "Ab", true],
    ["StringEqualsIgnoreCase", `\${aws:PrincipalTag/team}X`, "REDx", true],
    ["StringEqualsIgnoreCase", `\${aws:PrincipalTag/none}`, "", false],
    ["StringNotEqualsIgnoreCase", "aB", "Ab", false],
    ["StringNotEqualsIgnoreCase", "aB", undefined, true],
    ["StringLike", "a*", "abc", true],
    ["StringLike", "a?", "abc", false],
    ["StringLike", ["x", "*c"], "abc", true],
    ["StringLike", "", "", true],
    ["StringLike", "", "a", false],
    ["StringLike", "*", "", true],
    ["StringLike", "*", undefined, false],
    ["StringNotLike", "a*", "abc", false],
    ["StringNotLike", "a*", undefined, true],
    // Variables, whose values are no wildcards.
    ["StringEquals", `\${aws:PrincipalTag/team}`, "red", true],
    ["StringLike", `\${aws:PrincipalTag/team}/*`, "red/a", true],
    ["StringLike", `\${aws:PrincipalTag/star}`, "red", false],
    ["StringLike", `\${*}`, "red", false],
    ["StringEquals", `\${*}`, "*", true],
    // "Inverted condition operators like StringNotEquals or StringNotLike do match against a null value."
    ["StringEquals", `\${aws:PrincipalTag/none}`, "red", false],
    ["StringNotEquals", `\${aws:PrincipalTag/none}`, "red", true],
    ["StringEquals", `\${aws:PrincipalTag/none, 'red'}`, "red", true],
  ]);

  it("take variables as text in policies of 2008", () => {
    const condition = { StringEquals: { [KEY]: `\${aws:PrincipalTag/team}` } };
    expect(holds(condition, { [KEY]: "red" }, "2008-10-17")).toBe(false);
    expect(holds(condition, { [KEY]: `\${aws:PrincipalTag/team}` }, "2008-10-17")).toBe(true);
  });
});

describe("Numeric operators", () => {
  table([
    ["NumericEquals", "10", "10.0", true],
    ["NumericEquals", "10", "1e1", false],
    ["NumericEquals", "10", "ten", false],
    ["NumericNotEquals", "10", "11", true],
    ["NumericNotEquals", "10", undefined, true],
    ["NumericLessThan", "10", "9", true],
    ["NumericLessThan", "10", "10", false],
    ["NumericLessThan", "10", "", false],
    ["NumericLessThanEquals", "10", "10", true],
    ["NumericGreaterThan", "900000", "900001", true],
    ["NumericGreaterThan", "900000", "900000", false],
    ["NumericGreaterThan", "9", "10", true],
    ["NumericGreaterThan", "900000", undefined, false],
    ["NumericGreaterThanEquals", "-1.5", "-1.5", true],
  ]);
});

describe("Date operators", () => {
  table([
    ["DateEquals", "2026-01-02T03:04:05Z", "2026-01-02T04:04:05+01:00", true],
    ["DateEquals", "1767323045", "2026-01-02T03:04:05Z", true],
    ["DateEquals", "2026", "2026-01-01T00:00:00Z", true],
    ["DateNotEquals", "2026-01", "2026-01-01", false],
    ["DateLessThan", "2026-01-03", "2026-01-02T23:59:59.999Z", true],
    ["DateLessThanEquals", "2026-01-03", "2026-01-03T00:00Z", true],
    ["DateGreaterThan", "2020-01-01T00:00:01Z", "2019-12-31", false],
    ["DateGreaterThanEquals", "2020-01-01", "yesterday", false],
    ["DateGreaterThan", "2020-01-01", undefined, false],
    ["DateNotEquals", "2020-01-01", undefined, true],
  ]);

  it("see the clock", () => {
    expect(holds({ DateGreaterThan: { "aws:CurrentTime": "2026-01-02T03:04:04Z" } })).toBe(true);
    expect(holds({ DateLessThan: { "aws:CurrentTime": "2026-01-02T03:04:05Z" } })).toBe(false);
    expect(holds({ DateGreaterThanEquals: { "aws:EpochTime": "1767323045" } })).toBe(true);
  });
});

describe("Bool, BinaryEquals and Null", () => {
  table([
    ["Bool", "true", "true", true],
    ["Bool", "True", "true", true],
    ["Bool", "false", "true", false],
    ["Bool", "false", undefined, false],
    ["BinaryEquals", "QmluYXJ5", "QmluYXJ5", true],
    ["BinaryEquals", "QmluYXJ5", "QmluYXJ6", false],
    ["BinaryEquals", "QmluYXJ5", undefined, false],
    ["Null", "true", undefined, true],
    ["Null", "true", "a", false],
    ["Null", "false", "a", true],
    ["Null", "false", undefined, false],
    ["Null", "true", [], true],
    ["Null", ["true", "false"], undefined, true],
  ]);

  it("take booleans and numbers without quotation marks", () => {
    expect(holds({ Bool: { "aws:SecureTransport": true } } as any)).toBe(true);
    expect(holds({ NumericEquals: { [KEY]: 5 } } as any, { [KEY]: "5" })).toBe(true);
  });
});

describe("IP address operators", () => {
  table([
    ["IpAddress", "203.0.113.0/24", "203.0.113.7", true],
    ["IpAddress", "203.0.113.0/24", "198.51.100.1", false],
    ["IpAddress", "203.0.113.7", "203.0.113.7", true],
    ["IpAddress", "203.0.113.7", "203.0.113.8", false],
    ["IpAddress", "0.0.0.0/0", "198.51.100.1", true],
    ["IpAddress", ["203.0.113.0/24", "2001:DB8:1234:5678::/64"], "2001:db8:1234:5678::1", true],
    ["IpAddress", "2001:DB8:1234:5678::/64", "2001:db8:1234:5679::1", false],
    ["IpAddress", "203.0.113.0/24", "not an address", false],
    ["IpAddress", "203.0.113.0/24", undefined, false],
    ["NotIpAddress", "203.0.113.0/24", "203.0.113.7", false],
    ["NotIpAddress", "203.0.113.0/24", "2001:db8::1", true],
    ["NotIpAddress", "203.0.113.0/24", undefined, true],
  ]);
});

describe("ARN operators", () => {
  const topic = "arn:aws:sns:us-west-2:123456789012:topic";
  const cases: Case[] = ["ArnEquals", "ArnLike"].flatMap((operator): Case[] => [
    [operator, topic, topic, true],
    [operator, topic, "arn:aws:sns:us-west-2:777788889999:topic", false],
    [operator, topic, undefined, false],
    [operator, "arn:aws:sns:*:123456789012:to*", topic, true],
    [operator, "arn:aws:sns:us-west-?:*:*", topic, true],
    [operator, "arn:aws:sns:*:topic", topic, false],
    [operator, "arn:aws:sns:*", topic, false],
    [operator, "*", topic, false],
    [operator, "arn:aws:events:*:*:rule/a*", "arn:aws:events:us-east-1:1:rule/a:b", true],
    [operator, `arn:aws:sns:us-west-2:123456789012:\${aws:PrincipalTag/team}`, `${topic.slice(0, -5)}red`, true],
    [operator, topic, "not an arn", false],
  ]);
  table([
    ...cases,
    ["ArnNotEquals", topic, topic, false],
    ["ArnNotLike", "arn:aws:sns:*:*:*", topic, false],
    ["ArnNotLike", topic, "arn:aws:sns:us-west-2:123456789012:other", true],
    ["ArnNotLike", topic, undefined, true],
  ]);
});

describe("IfExists", () => {
  table([
    ["StringLikeIfExists", ["t1.*", "t2.*"], "t1.micro", true],
    ["StringLikeIfExists", ["t1.*", "t2.*"], "m2.micro", false],
    ["StringLikeIfExists", ["t1.*", "t2.*"], undefined, true],
    ["NumericLessThanIfExists", "5", undefined, true],
    ["NumericLessThanIfExists", "5", "6", false],
    ["BoolIfExists", "true", undefined, true],
    ["StringNotEqualsIfExists", "a", undefined, true],
    ["StringNotEqualsIfExists", "a", "a", false],
    // A set operator decides about a missing key by itself.
    ["ForAnyValue:StringEqualsIfExists", "a", undefined, false],
    ["ForAllValues:StringEqualsIfExists", "a", undefined, true],
  ]);
});

describe("Set operators", () => {
  table([
    ["ForAllValues:StringEquals", ["a", "b", "c"], ["a", "b"], true],
    ["ForAllValues:StringEquals", ["a", "b"], ["a", "x"], false],
    ["ForAllValues:StringEquals", ["a", "b"], [], true],
    ["ForAllValues:StringEquals", ["a", "b"], undefined, true],
    ["ForAllValues:StringEquals", ["a", "b"], "", true],
    ["ForAllValues:StringLike", ["a*"], ["ab", "ac"], true],
    ["ForAllValues:StringNotEquals", ["a", "b"], ["c", "d"], true],
    ["ForAllValues:StringNotEquals", ["a", "b"], ["c", "a"], false],
    ["ForAllValues:StringNotEquals", ["a", "b"], undefined, true],
    ["ForAnyValue:StringEquals", ["a", "b"], ["x", "b"], true],
    ["ForAnyValue:StringEquals", ["a", "b"], ["x", "y"], false],
    ["ForAnyValue:StringEquals", ["a", "b"], [], false],
    ["ForAnyValue:StringEquals", ["a", ""], "", false],
    ["ForAnyValue:StringEquals", ["a", "b"], undefined, false],
    ["ForAnyValue:StringEquals", ["a", "b"], "b", true],
    ["ForAnyValue:StringNotEquals", ["a", "b"], ["a", "c"], true],
    ["ForAnyValue:StringNotEquals", ["a", "b"], ["a", "b"], false],
    ["ForAnyValue:StringNotEquals", ["a", "b"], undefined, false],
    ["ForAnyValue:ArnLike", "arn:aws:s3:::*", ["x", "arn:aws:s3:::b"], true],
    ["ForAnyValue:Bool", "true", ["false", "true"], true],
    // "Set operator is required" for keys of several values.
    ["StringEquals", "a", ["a"], false],
    ["StringNotEquals", "a", ["b"], false],
  ]);

  it("are required for keys that are lists, also of one member", () => {
    const reads = (condition: Record<string, Record<string, Values>>, leading: string) =>
      allowed(allow("*", "*", { Condition: condition }), "dynamodb:GetItem", TABLE, {
        context: { "dynamodb:LeadingKeys": leading },
      });
    const key = { "dynamodb:LeadingKeys": "user1" };
    expect(reads({ StringEquals: key }, "user1")).toBe(false);
    expect(reads({ "ForAllValues:StringEquals": key }, "user1")).toBe(true);
    expect(reads({ "ForAllValues:StringEquals": key }, "user2")).toBe(false);
  });
});

describe("Condition", () => {
  it("asks for every operator and every key", () => {
    const [a, b, c] = ["aws:UserAgent", "aws:Referer", "aws:MultiFactorAuthAge"];
    const condition = { StringEquals: { [a]: "1", [b]: "2" }, NumericLessThan: { [c]: "3" } };
    expect(holds(condition, { [a]: "1", [b]: "2", [c]: "2" })).toBe(true);
    expect(holds(condition, { [a]: "1", [b]: "x", [c]: "2" })).toBe(false);
    expect(holds(condition, { [a]: "1", [b]: "2", [c]: "3" })).toBe(false);
  });

  it("does not look at the case of keys", () => {
    expect(holds({ StringEquals: { "AWS:sourceARN": "x" } }, { "aws:SourceArn": "x" })).toBe(true);
  });

  it("knows the principal better than whoever asks", () => {
    const forged = { "aws:PrincipalTag/team": "blue", "aws:PrincipalArn": "x", "aws:PrincipalTag/none": "x" };
    expect(holds({ StringEquals: { "aws:PrincipalTag/team": "red" } }, forged)).toBe(true);
    expect(holds({ ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::123456789012:role/worker" } }, forged)).toBe(true);
    expect(holds({ Null: { "aws:PrincipalTag/none": "true" } }, forged)).toBe(true);
  });

  it("has the keys of tags that are sent along", () => {
    const context = { "aws:RequestTag/Owner": "a", "aws:RequestTag/stage": "b" };
    const creates = (condition: Record<string, Record<string, Values>>) =>
      allowed(allow("*", "*", { Condition: condition }), "mediaconvert:CreateJob", QUEUE, { context });
    expect(creates({ "ForAllValues:StringEquals": { "aws:TagKeys": ["Owner", "stage"] } })).toBe(true);
    expect(creates({ "ForAllValues:StringEquals": { "aws:TagKeys": ["owner", "stage"] } })).toBe(false);
    expect(creates({ StringEquals: { "aws:requesttag/owner": "a" } })).toBe(true);
  });

  it.each([
    ["aws:PrincipalAccount", "123456789012"],
    ["aws:PrincipalType", "AssumedRole"],
    ["aws:RequestedRegion", "us-east-1"],
    ["aws:ResourceAccount", "123456789012"],
    ["aws:SecureTransport", "true"],
    ["aws:ViaAWSService", "false"],
    ["aws:PrincipalIsAWSService", "false"],
    ["aws:MultiFactorAuthPresent", "false"],
  ])("provides %s", (key, value) => {
    expect(holds({ StringEquals: { [key]: value } })).toBe(true);
  });

  it.each([
    "aws:SourceArn",
    "aws:SourceAccount",
    "aws:username",
    "aws:PrincipalServiceName",
    "constructor",
    "__proto__",
  ])("has no %s of a role session", (key) => {
    expect(holds(JSON.parse(`{"Null":{"${key}":"true"}}`))).toBe(true);
  });

  it("lets the service say that the transport was not secure", () => {
    expect(holds({ Bool: { "aws:SecureTransport": "false" } }, { "aws:SecureTransport": "false" })).toBe(true);
  });
});
