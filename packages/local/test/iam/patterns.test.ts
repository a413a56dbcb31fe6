import type { Statement } from "@dropclip/synth/cloud";
import { describe, expect, it } from "vitest";
import { allow, allowed } from "./support.ts";

describe("Action", () => {
  it.each([
    ["s3:GetObject", "s3:GetObject", true],
    ["S3:GETobject", "s3:GetObject", true],
    ["s3:Get*", "s3:GetObject", true],
    ["s3:*Object", "s3:GetObject", true],
    ["s3:*et*b*t", "s3:GetObject", true],
    ["s3:?etObject", "s3:GetObject", true],
    ["s3:?GetObject", "s3:GetObject", false],
    ["s3:GetObject", "s3:GetObjectVersion", false],
    ["s3:Get", "s3:GetObject", false],
    ["s3:*", "s3:GetObject", true],
    ["s3:*", "s3express:CreateSession", false],
    ["*", "sqs:SendMessage", true],
    ["sqs:*", "s3:GetObject", false],
  ])("%s and the request %s: %s", (pattern, action, expected) => {
    expect(allowed(allow(pattern, "*"), action, "arn:aws:s3:::b/k")).toBe(expected);
  });

  it("grants with NotAction what it does not list", () => {
    const statement: Statement = { Effect: "Allow", NotAction: ["iam:*", "s3:Delete*"], Resource: "*" };
    expect(allowed(statement, "s3:GetObject", "arn:aws:s3:::b/k")).toBe(true);
    expect(allowed(statement, "s3:DeleteObject", "arn:aws:s3:::b/k")).toBe(false);
    expect(allowed(statement, "IAM:PassRole", "arn:aws:iam::123456789012:role/r")).toBe(false);
  });
});

describe("Resource", () => {
  const B = "arn:aws:s3:::b";
  // From https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
  const nested = `${B}/*/test/*`;
  it.each([
    [`${B}/k`, `${B}/k`, true],
    [`${B}/k`, `${B}/K`, false],
    [`${B}/*`, `${B}/a/b/c`, true],
    [`${B}/*`, B, false],
    [`${B}/*`, "arn:aws:s3:::bb/k", false],
    [`${B}*`, "arn:aws:s3:::bb/k", true],
    [`${B}/a?c`, `${B}/abc`, true],
    [`${B}/a?c`, `${B}/ac`, false],
    [`${B}/a?c`, `${B}/a😀c`, true],
    [`${B}/a??c`, `${B}/a😀c`, false],
    [nested, `${B}/1/test/object.jpg`, true],
    [nested, `${B}/1///test///object.jpg`, true],
    [nested, `${B}//test/object.jpg`, true],
    [nested, `${B}/1/test/`, true],
    [nested, `${B}/1-test/object.jpg`, false],
    [nested, `${B}/test/object.jpg`, false],
    [nested, `${B}/1/2/test.jpg`, false],
    [`${B}/a*b*c`, `${B}/abbbc`, true],
    [`${B}/a*b*c`, `${B}/acb`, false],
    [`${B}/*.mp4`, `${B}/clip.mp4.exe`, false],
    [`${B}/*.mp4`, `${B}/clip.mp4.mp4`, true],
    [`${B}/a.c`, `${B}/abc`, false],
    [`${B}/(x)+[y]^$`, `${B}/(x)+[y]^$`, true],
    [`${B}/**`, `${B}/`, true],
    [`${B}/a:b/*`, `${B}/a:b/c`, true],
    [`${B}/*/c`, `${B}/a:b/c`, true],
    [`${B}/*`, `${B}/line\nbreak`, true],
    ["arn:aws:s3:::*", `${B}/k`, true],
    ["arn:aws:s3:*", `${B}/k`, true],
    ["*", "*", true],
    [`${B}/*`, "*", false],
    // A wildcard stays in its segment, unless it ends it.
    ["arn:aws:sqs:us-*:123456789012:q", "arn:aws:sqs:us-east-1:123456789012:q", true],
    ["arn:aws:sqs:*:123456789012:q", "arn:aws:sqs:us-east-1:123456789012:q", true],
    ["arn:aws:sqs:us-????-1:123456789012:q", "arn:aws:sqs:us-east-1:123456789012:q", true],
    ["arn:aws:sqs:u*1:123456789012:q", "arn:aws:sqs:us-east-1:123456789012:q", true],
    ["arn:aws:sqs:u*1:12345678901?:q*", "arn:aws:sqs:us-east-1:123456789012:queue", true],
    ["arn:aws:sqs:u?:x:q", "arn:aws:sqs:u::x:q", false],
    [
      "arn:aws:states:us-east-1:123456789012:execution:m:*",
      "arn:aws:states:us-east-1:123456789012:execution:m:1",
      true,
    ],
    [
      "arn:aws:states:us-east-1:123456789012:execution:m:*",
      "arn:aws:states:us-east-1:123456789012:execution:mm:1",
      false,
    ],
  ])("%s and the request %s: %s", (pattern, resource, expected) => {
    expect(allowed(allow("*", pattern), "s3:GetObject", resource)).toBe(expected);
  });

  it("grants with NotResource what it does not list", () => {
    const statement: Statement = { Effect: "Allow", Action: "s3:*", NotResource: [`${B}/private/*`, `${B}/k?y`] };
    expect(allowed(statement, "s3:GetObject", `${B}/public/a`)).toBe(true);
    expect(allowed(statement, "s3:GetObject", `${B}/private/a`)).toBe(false);
    expect(allowed(statement, "s3:GetObject", `${B}/key`)).toBe(false);
  });

  it("decides about a key of 1,024 bytes made to slow it down within milliseconds", () => {
    const pattern = `${B}/${"*a".repeat(30)}*b`;
    const started = performance.now();
    expect(allowed(allow("*", pattern), "s3:GetObject", `${B}/${"a".repeat(1024)}`)).toBe(false);
    expect(performance.now() - started).toBeLessThan(100);
  });
});

describe("Policy variables", () => {
  const own = `arn:aws:s3:::b/events/\${aws:PrincipalTag/eventId}/*`;
  const at = (key: string) => `arn:aws:s3:::b/${key}`;
  const put = (resource: string, key: string, tags?: Record<string, string>, version?: string) =>
    allowed(allow("s3:PutObject", resource), "s3:PutObject", at(key), {
      principal: tags ? { tags } : {},
      ...(version && { version }),
    });

  it("stand for the session's tags", () => {
    expect(put(own, "events/e1/a", { eventId: "e1" })).toBe(true);
    expect(put(own, "events/e2/a", { eventId: "e1" })).toBe(false);
    expect(put(own, "events/e1/../e2/a", { eventId: "e2" })).toBe(false);
  });

  it("find a tag whatever the case of its key, and keep the case of its value", () => {
    expect(put(`arn:aws:s3:::b/events/\${AWS:principaltag/EVENTID}/*`, "events/e1/a", { eventId: "e1" })).toBe(true);
    expect(put(own, "events/e1/a", { eventid: "e1" })).toBe(true);
    expect(put(own, "events/e1/a", { eventId: "E1" })).toBe(false);
  });

  it.each(["*", "?1", "e*", "**", `\${aws:PrincipalTag/other}`, "e1/*", `\${*}`])(
    "never make a wildcard or variable of a value: %s",
    (eventId) => {
      expect(put(own, "events/e1/a", { eventId, other: "e1" })).toBe(false);
      expect(put(own, `events/${eventId}/a`, { eventId, other: "e1" })).toBe(true);
    },
  );

  it("match nothing without a value", () => {
    expect(put(own, "events//a")).toBe(false);
    expect(put(own, `events/\${aws:PrincipalTag/eventId}/a`)).toBe(false);
    expect(put(own, "events/undefined/a")).toBe(false);
    expect(put(`arn:aws:s3:::b/\${aws:PrincipalTag/none}`, "")).toBe(false);
    expect(put(`arn:aws:s3:::b/\${constructor}`, "a")).toBe(false);
    expect(put(`arn:aws:s3:::b/\${aws:TagKeys}`, "a")).toBe(false);
  });

  it("exclude nothing from NotResource without a value", () => {
    const statement = { Effect: "Deny", Action: "*", NotResource: own } as const;
    const statements = [allow("*", "*"), statement];
    expect(allowed(statements, "s3:PutObject", at("events/e1/a"), { principal: { tags: { eventId: "e1" } } })).toBe(
      true,
    );
    expect(allowed(statements, "s3:PutObject", at("events/e1/a"))).toBe(false);
  });

  it("take a default, which is no pattern either", () => {
    const team = `arn:aws:s3:::b/\${aws:PrincipalTag/team, 'company-wide'}/*`;
    expect(put(team, "company-wide/a")).toBe(true);
    expect(put(team, "company-wide/a", { team: "red" })).toBe(false);
    expect(put(team, "red/a", { team: "red" })).toBe(true);
    expect(put(`arn:aws:s3:::b/\${aws:PrincipalTag/team, '*'}/*`, "any/a")).toBe(false);
    expect(put(`arn:aws:s3:::b/\${aws:PrincipalTag/team,''}/*`, "/a")).toBe(true);
  });

  it("write the characters that are special", () => {
    expect(put(`arn:aws:s3:::b/\${*}/\${?}/\${$}{x}`, `*/?/\${x}`)).toBe(true);
    expect(put(`arn:aws:s3:::b/\${*}`, "anything")).toBe(false);
  });

  it("are plain text in policies of 2008", () => {
    const version = "2008-10-17";
    expect(put(own, "events/e1/a", { eventId: "e1" }, version)).toBe(false);
    expect(put(own, `events/\${aws:PrincipalTag/eventId}/a`, { eventId: "e1" }, version)).toBe(true);
  });

  it("stand for what is known of the caller and the request", () => {
    const resource = (variable: string) => `arn:aws:s3:::b/\${${variable}}`;
    const see = (variable: string, key: string) =>
      allowed(allow("*", resource(variable)), "s3:GetObject", at(key), {
        context: { "aws:SourceIp": "::ffff:10.1.2.3" },
      });
    expect(see("aws:PrincipalArn", "arn:aws:iam::123456789012:role/worker")).toBe(true);
    expect(see("aws:SourceIp", "10.1.2.3")).toBe(true);
    expect(see("aws:CurrentTime", "2026-01-02T03:04:05Z")).toBe(true);
    expect(see("aws:EpochTime", "1767323045")).toBe(true);
    expect(see("aws:RequestedRegion", "us-east-1")).toBe(true);
    // Roles have no user name.
    expect(see("aws:username", "worker")).toBe(false);
  });

  it("give a session a user id of its role's id and its name", () => {
    const like = allow("*", "*", { Condition: { StringLike: { "aws:userid": "AROA?????????????????:session" } } });
    expect(allowed(like, "s3:GetObject", at("x"))).toBe(true);
  });
});
