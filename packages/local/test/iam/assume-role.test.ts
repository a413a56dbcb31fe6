import type { Statement } from "@dropclip/synth/cloud";
import { describe, expect, it } from "vitest";
import {
  ACCOUNT,
  allow,
  anonymous,
  deny,
  iamOf,
  may,
  operator,
  policy,
  ROLE,
  refusal,
  role,
  SESSION,
  service,
  session,
} from "./support.ts";

const FAN = `arn:aws:iam::${ACCOUNT}:role/fan`;
const ASSUME = allow(["sts:AssumeRole", "sts:TagSession"], FAN);

const trusts = (Principal: Statement["Principal"], more: Partial<Statement> = {}): Statement => ({
  Effect: "Allow",
  Principal: Principal!,
  Action: ["sts:AssumeRole", "sts:TagSession"],
  ...more,
});

const iamWith = (trust: Statement | Statement[], identity: Statement[] = [ASSUME]) =>
  iamOf({
    roles: [role("worker", identity.length ? [policy(identity)] : []), role("other"), role("fan", [], [trust].flat())],
  });

const NAMED = { sessionName: "fan-1" };
const TAGGED = { sessionName: "fan-1", tags: { eventId: "e1", fanId: "f1" } };
const reason = (call: () => void) => refusal(call)?.message;

describe("AssumeRole", () => {
  it("needs the role's trust", () => {
    const iam = iamWith(trusts({ AWS: `${ROLE}2` }));
    expect(refusal(() => iam.assumeRole(session(), FAN, NAMED))).toEqual({
      code: "AccessDenied",
      status: 403,
      message: `User: ${SESSION} is not authorized to perform: sts:AssumeRole on resource: ${FAN} because no role trust policy allows the sts:AssumeRole action`,
    });
  });

  it("needs the caller's own policy too when only the account is trusted", () => {
    expect(may(() => iamWith(trusts({ AWS: ACCOUNT })).assumeRole(session(), FAN, NAMED))).toBe(true);
    expect(reason(() => iamWith(trusts({ AWS: ACCOUNT }), []).assumeRole(session(), FAN, NAMED))).toMatch(
      "because no identity-based policy allows the sts:AssumeRole action",
    );
  });

  it("does with the trust alone when it names the role or session of the same account", () => {
    expect(may(() => iamWith(trusts({ AWS: ROLE }), []).assumeRole(session(), FAN, NAMED))).toBe(true);
    expect(may(() => iamWith(trusts({ AWS: SESSION }), []).assumeRole(session(), FAN, NAMED))).toBe(true);
    expect(may(() => iamWith(trusts({ AWS: ROLE }), []).assumeRole(session("other"), FAN, NAMED))).toBe(false);
  });

  it("is denied when either side denies", () => {
    const never = { Effect: "Deny", Principal: "*", Action: "sts:*" } as const;
    expect(reason(() => iamWith([trusts({ AWS: ROLE }), never]).assumeRole(session(), FAN, NAMED))).toMatch(
      /with an explicit deny in the role trust policy$/,
    );
    const iam = iamWith(trusts({ AWS: ROLE }), [deny("sts:AssumeRole", "*")]);
    expect(reason(() => iam.assumeRole(session(), FAN, NAMED))).toMatch("explicit deny in an identity-based policy");
  });

  it("asks for TagSession when there are tags", () => {
    const untagged = iamWith(trusts({ AWS: ROLE }, { Action: "sts:AssumeRole" }));
    expect(may(() => untagged.assumeRole(session(), FAN, { ...NAMED, tags: {} }))).toBe(true);
    expect(reason(() => untagged.assumeRole(session(), FAN, TAGGED))).toMatch(
      "because no role trust policy allows the sts:TagSession action",
    );
    expect(may(() => iamWith(trusts({ AWS: ROLE })).assumeRole(session(), FAN, TAGGED))).toBe(true);
  });

  describe("with required tags", () => {
    const required = trusts(
      { AWS: ROLE },
      {
        Condition: {
          StringLike: { "aws:RequestTag/eventId": "?*", "aws:RequestTag/fanId": "?*" },
          "ForAllValues:StringEquals": { "aws:TagKeys": ["eventId", "fanId"] },
        },
      },
    );
    it.each([
      [{ eventId: "e1", fanId: "f1" }, true],
      [{ eventId: "e1" }, false],
      [{ eventId: "e1", fanId: "" }, false],
      [{ eventId: "e1", fanId: "f1", admin: "yes" }, false],
      [{}, false],
    ])("%j: %s", (tags, expected) => {
      expect(may(() => iamWith(required).assumeRole(session(), FAN, { ...NAMED, tags: tags as any }))).toBe(expected);
    });
  });

  it("shows the session's name, external id and transitive tags to the policies", () => {
    // AWS has the name and the external id for AssumeRole, the transitive tags for both.
    const named = {
      StringLike: { "sts:RoleSessionName": "fan-*" },
      StringEquals: { "sts:ExternalId": "secret" },
      "ForAnyValue:StringEquals": { "sts:TransitiveTagKeys": "eventId" },
    };
    const { "ForAnyValue:StringEquals": transitive } = named;
    const iam = iamWith([
      trusts({ AWS: ROLE }, { Action: "sts:AssumeRole", Condition: named }),
      trusts({ AWS: ROLE }, { Action: "sts:TagSession", Condition: { "ForAnyValue:StringEquals": transitive } }),
    ]);
    const request = { ...TAGGED, externalId: "secret", transitiveTagKeys: ["eventId"] };
    expect(may(() => iam.assumeRole(session(), FAN, request))).toBe(true);
    expect(may(() => iam.assumeRole(session(), FAN, { ...request, sessionName: "x" }))).toBe(false);
    expect(may(() => iam.assumeRole(session(), FAN, { ...request, externalId: "guess" }))).toBe(false);
    expect(may(() => iam.assumeRole(session(), FAN, TAGGED))).toBe(false);
    const together = iamWith(trusts({ AWS: ROLE }, { Condition: named }));
    expect(reason(() => together.assumeRole(session(), FAN, request))).toMatch("sts:TagSession");
  });

  it("lets services by trust, for the source they act for", () => {
    const lambda = iamWith(trusts({ Service: "lambda.amazonaws.com" }));
    expect(may(() => lambda.assumeRole(service("lambda.amazonaws.com"), FAN, NAMED))).toBe(true);
    expect(may(() => lambda.assumeRole(service("events.amazonaws.com"), FAN, NAMED))).toBe(false);
    const account = { Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT } } };
    const guarded = iamWith(trusts({ Service: "states.amazonaws.com" }, account));
    const machine = (of: string) => service("states.amazonaws.com", `arn:aws:states:us-east-1:${of}:stateMachine:m`);
    expect(may(() => guarded.assumeRole(machine(ACCOUNT), FAN, NAMED))).toBe(true);
    expect(may(() => guarded.assumeRole(machine("999999999999"), FAN, NAMED))).toBe(false);
  });

  it("is not the operator's where the trust does not have them", () => {
    expect(may(() => iamWith(trusts({ Service: "lambda.amazonaws.com" })).assumeRole(operator, FAN, NAMED))).toBe(
      false,
    );
    expect(may(() => iamWith(trusts({ AWS: ACCOUNT })).assumeRole(operator, FAN, NAMED))).toBe(true);
    expect(may(() => iamWith(trusts({ AWS: operator.arn })).assumeRole(operator, FAN, NAMED))).toBe(true);
  });

  it("is nobody's who does not sign, unless everyone is trusted", () => {
    expect(may(() => iamWith(trusts({ AWS: ACCOUNT })).assumeRole(anonymous, FAN, NAMED))).toBe(false);
  });

  it("refuses roles that are not there as it refuses others", () => {
    const iam = iamWith(trusts({ AWS: ROLE }));
    expect(refusal(() => iam.assumeRole(session(), `${FAN}2`, NAMED))).toMatchObject({ code: "AccessDenied" });
    expect(may(() => iam.assumeRole(session("stranger"), FAN, NAMED))).toBe(false);
  });

  it("stays within the session policies of the caller", () => {
    const limited = session("worker", { sessionPolicies: [policy(allow("s3:*", "*"))] });
    expect(may(() => iamWith(trusts({ AWS: ROLE })).assumeRole(limited, FAN, NAMED))).toBe(false);
    expect(may(() => iamWith(trusts({ AWS: SESSION })).assumeRole(limited, FAN, NAMED))).toBe(true);
  });
});

describe("PassRole", () => {
  const media = `arn:aws:iam::${ACCOUNT}:role/media`;
  const to = (name: string) => ({ Condition: { StringEquals: { "iam:PassedToService": name } } });
  const iam = iamOf({
    roles: [role("worker", [policy(allow("iam:PassRole", media, to("mediaconvert.amazonaws.com")))])],
  });

  it("is for the role and the service the policy names", () => {
    expect(may(() => iam.passRole(session(), media, "mediaconvert.amazonaws.com"))).toBe(true);
    expect(may(() => iam.passRole(session(), media, "lambda.amazonaws.com"))).toBe(false);
    expect(reason(() => iam.passRole(session(), `${media}2`, "mediaconvert.amazonaws.com"))).toMatch(
      `iam:PassRole on resource: ${media}2 because no identity-based policy allows the iam:PassRole action`,
    );
  });
});
