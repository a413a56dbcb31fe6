import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LocalCloud } from "../gate/local-cloud.ts";
import { assume, call, policyArn, roleArn, startSts, tagged } from "./support.ts";

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await startSts();
});
afterAll(() => cloud.remove());

const broken = (value: string, path: string, constraint: string) =>
  `1 validation error detected: Value '${value}' at '${path}' failed to satisfy constraint: ${constraint}`;
const missing = (path: string) => `Value null at '${path}' failed to satisfy constraint: Member must not be null`;
const longer = (least: number) => `Member must have length greater than or equal to ${least}`;
const shorter = (most: number) => `Member must have length less than or equal to ${most}`;
const TAG = "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]";
const matching = (pattern: string) => `Member must satisfy regular expression pattern: ${pattern}`;
const s = (length: number) => "s".repeat(length);
const numbered = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, "v"]));

describe("AssumeRole refuses as ValidationError", () => {
  it.each<[string, Record<string, string>, string]>([
    ["a session name of one character", { RoleSessionName: "s" }, broken("s", "roleSessionName", longer(2))],
    ["a session name of 65", { RoleSessionName: s(65) }, broken(s(65), "roleSessionName", shorter(64))],
    [
      "a session name with a colon",
      { RoleSessionName: "a:b" },
      broken("a:b", "roleSessionName", matching("[\\w+=,.@-]*")),
    ],
    [
      "a session name that ends in a new line",
      { RoleSessionName: "ab\n" },
      broken("ab\n", "roleSessionName", matching("[\\w+=,.@-]*")),
    ],
    ["a short role ARN", { RoleArn: "arn:aws:iam::1:r" }, broken("arn:aws:iam::1:r", "roleArn", longer(20))],
    ["a role ARN that is none", { RoleArn: "nothing-valid-in-here" }, "nothing-valid-in-here is invalid"],
    ["a role ARN without a resource", { RoleArn: "arn:a:a::aaaaaaaaaa:" }, "arn:a:a::aaaaaaaaaa: is invalid"],
    [
      "899 seconds",
      { DurationSeconds: "899" },
      broken("899", "durationSeconds", "Member must have value greater than or equal to 900"),
    ],
    [
      "43201 seconds",
      { DurationSeconds: "43201" },
      broken("43201", "durationSeconds", "Member must have value less than or equal to 43200"),
    ],
    ["an external id of one character", { ExternalId: "x" }, broken("x", "externalId", longer(2))],
    ["an external id of 1225", { ExternalId: s(1225) }, broken(s(1225), "externalId", shorter(1224))],
    ["an external id with a space", { ExternalId: "a b" }, broken("a b", "externalId", matching("[\\w+=,.@:\\/-]*"))],
    ["an empty policy", { Policy: "" }, broken("", "policy", longer(1))],
    [
      "eleven policies",
      Object.fromEntries(Array.from({ length: 11 }, (_, at) => [`PolicyArns.member.${at + 1}.arn`, roleArn("fan")])),
      broken("[11 members]", "policyArns", shorter(10)),
    ],
    ["a short policy ARN", { "PolicyArns.member.1.arn": "arn" }, broken("arn", "policyArns.1.member.arn", longer(20))],
    ["51 tags", tagged(numbered(51)), broken("[51 members]", "tags", shorter(50))],
    ["a tag key of 129", tagged({ [s(129)]: "v" }), broken(s(129), "tags.1.member.key", shorter(128))],
    ["a tag key with a star", tagged({ "a*": "v" }), broken("a*", "tags.1.member.key", matching(`${TAG}+`))],
    ["a tag value of 257", tagged({ a: "v", b: s(257) }), broken(s(257), "tags.2.member.value", shorter(256))],
    ["a tag value with a brace", tagged({ a: "{x}" }), broken("{x}", "tags.1.member.value", matching(`${TAG}*`))],
    [
      "a tag without a value",
      { "Tags.member.1.Key": "a" },
      `1 validation error detected: ${missing("tags.1.member.value")}`,
    ],
    [
      "a tag without a key",
      { "Tags.member.7.Value": "a" },
      `1 validation error detected: ${missing("tags.1.member.key")}`,
    ],
    [
      "a transitive key with a picture",
      { "TransitiveTagKeys.member.1": "é\u{1F3A5}" },
      broken("é\u{1F3A5}", "transitiveTagKeys.1.member", matching(`${TAG}+`)),
    ],
  ])("%s", async (_, parameters, message) => {
    const answer = await assume(cloud, parameters);
    expect([answer.status, answer.code]).toEqual([400, "ValidationError"]);
    expect(answer.message).toBe(message);
    expect(answer.xml.ErrorResponse.Error.Type).toBe("Sender");
  });

  it("all that is wrong at once", async () => {
    const { message } = await call(cloud, { Action: "AssumeRole", DurationSeconds: "-1" });
    expect(message).toBe(
      `3 validation errors detected: ${missing("roleArn")}; ${missing("roleSessionName")}; Value '-1' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900`,
    );
  });
});

describe("AssumeRole takes", () => {
  it.each<[string, Record<string, string>]>([
    ["session names of 2 and 64 characters", { RoleSessionName: s(64) }],
    ["the whole alphabet of session names", { RoleSessionName: "aZ_09+=,.@-" }],
    ["the shortest session", { DurationSeconds: "900" }],
    ["50 tags", tagged(numbered(50))],
    ["tags at their limits, counted in characters", tagged({ [s(128)]: "é".repeat(256) })],
    ["an empty tag value", tagged({ a: "" })],
    ["empty lists", { Tags: "", TransitiveTagKeys: "", PolicyArns: "", MinimumSessionTokenSize: "0" }],
  ])("%s", async (_, parameters) => {
    expect((await assume(cloud, parameters)).status).toBe(200);
  });
});

describe("AssumeRole refuses", () => {
  it.each<[string, Record<string, string>, string, string]>([
    [
      "tag keys that differ in case only",
      tagged({ Event: "1", event: "2" }),
      "InvalidParameterValue",
      "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    ],
    [
      "AWS's own tag keys",
      tagged({ "AWS:x": "1" }),
      "InvalidParameterValue",
      "Tag keys beginning with aws: are reserved for system use.",
    ],
    [
      "a transitive key that is no tag",
      { ...tagged({ a: "1" }), "TransitiveTagKeys.member.1": "b" },
      "InvalidParameterValue",
      "The specified transitive tag key must be included in the requested tags.",
    ],
    ["seconds that are no number", { DurationSeconds: "1e3" }, "MalformedInput", "DurationSeconds is not an integer."],
    ["a policy that is no JSON", { Policy: "{" }, "MalformedPolicyDocument", "Syntax errors in policy."],
    [
      "a policy that says nothing",
      { Policy: "null" },
      "MalformedPolicyDocument",
      "the session policy: it has no statements",
    ],
  ])("%s", async (_, parameters, code, message) => {
    const answer = await assume(cloud, parameters);
    expect([answer.status, answer.code]).toEqual([400, code]);
    expect(answer.message).toBe(message);
  });

  it("a managed policy that is not there, and AWS's own by name", async () => {
    const ask = (arn: string) => assume(cloud, { "PolicyArns.member.1.arn": arn });
    const missing = policyArn("nothing");
    expect(await ask(missing)).toMatchObject({
      status: 400,
      code: "MalformedPolicyDocument",
      message: `Policy ${missing} does not exist or is not attachable.`,
    });
    expect(await ask("arn:aws:iam::aws:policy/ReadOnlyAccess")).toMatchObject({ status: 501, code: "NotImplemented" });
  });

  it.each([
    "5",
    "[]",
    '{"Statement":[null]}',
    '{"Statement":{"Effect":"Allow","Action":{},"Resource":[[]]}}',
    '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringLike":null}}}',
    '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":7}}',
  ])("the policy %s", async (Policy) => {
    const { status, code } = await assume(cloud, { Policy });
    expect([status, code]).toEqual([400, "MalformedPolicyDocument"]);
  });

  it.each<[string, Record<string, string>]>([
    ["SourceIdentity", { SourceIdentity: "anna" }],
    ["SerialNumber", { SerialNumber: "GAHT12345678" }],
    ["TokenCode", { TokenCode: "123456" }],
    [
      "ProvidedContexts",
      { "ProvidedContexts.member.1.ProviderArn": "arn:aws:iam::aws:contextProvider/IdentityCenter" },
    ],
    ["MinimumSessionTokenSize", { MinimumSessionTokenSize: "4096" }],
  ])("%s by name, rather than to ignore it", async (name, parameters) => {
    const answer = await assume(cloud, { RoleArn: roleArn("fan"), ...parameters });
    expect([answer.status, answer.code]).toEqual([501, "NotImplemented"]);
    expect(answer.message).toBe(`AssumeRole's parameter ${name} does not work locally.`);
  });
});
