import type { Statement } from "@dropclip/synth/cloud";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bucket, iamOf, may, policy, role, session } from "./support.ts";

const action = fc.constantFrom("s3:GetObject", "s3:PutObject", "s3:DeleteObject");
const key = fc.constantFrom("a/1", "a/2", "b/1", "a", "*", "a/*");
const tags = fc.record(
  { dir: fc.constantFrom("a", "b", "*"), team: fc.constantFrom("red", "blue") },
  { requiredKeys: [] },
);
const pattern = fc.constantFrom("*", "s3:*", "s3:Get*", "s3:?utObject", "S3:deleteobject");
const resource = fc.constantFrom(
  "arn:aws:s3:::b/*",
  "arn:aws:s3:::b/a/*",
  "arn:aws:s3:::b/?/1",
  `arn:aws:s3:::b/\${aws:PrincipalTag/dir}/*`,
  `arn:aws:s3:::b/\${aws:PrincipalTag/dir, 'a'}/1`,
);
const condition = fc.option(
  fc.constantFrom<Statement["Condition"]>(
    { StringEquals: { "aws:PrincipalTag/team": "red" } },
    { StringNotLike: { "aws:PrincipalTag/team": "r*" } },
    { Null: { "aws:PrincipalTag/team": "false" } },
    { Bool: { "aws:SecureTransport": "false" } },
    { "ForAllValues:StringEquals": { "aws:TagKeys": ["x"] } },
  ),
  { nil: undefined },
);
const statementOf = (effect: fc.Arbitrary<"Allow" | "Deny">) =>
  fc
    .record({
      Effect: effect,
      actions: fc.uniqueArray(pattern, { minLength: 1, maxLength: 2 }),
      resources: fc.uniqueArray(resource, { minLength: 1, maxLength: 2 }),
      Condition: condition,
      not: fc.constantFrom("", "", "", "Action", "Resource"),
    })
    .map(({ Effect, actions, resources, Condition, not }): Statement => {
      const named = { [not === "Action" ? "NotAction" : "Action"]: actions };
      const on = { [not === "Resource" ? "NotResource" : "Resource"]: resources };
      return { Effect, ...named, ...on, ...(Condition && { Condition }) };
    });
const allowing = statementOf(fc.constant("Allow" as const));
const denying = statementOf(fc.constant("Deny" as const));
const statements = fc.array(statementOf(fc.constantFrom("Allow", "Deny")), { maxLength: 5 });
const request = fc.record({ action, key, tags, secure: fc.constantFrom("true", "false") });

type Request = { action: string; key: string; tags: Record<string, string>; secure: string };

/** Whether the role may, with these statements in its policies and those in the bucket's. */
function access(identity: Statement[], onBucket: Statement[], { action, key, tags, secure }: Request): boolean {
  const everyone = onBucket.map((statement) => ({ ...statement, Principal: "*" as const }));
  const iam = iamOf({
    roles: [role("worker", identity.length ? [policy(identity)] : [])],
    buckets: [bucket("b", everyone.length ? policy(everyone) : undefined)],
  });
  const context = { "aws:SecureTransport": secure };
  return may(() => iam.authorize(session("worker", { tags }), action, `arn:aws:s3:::b/${key}`, context));
}

/** Whether one statement is about the request: it alone grants it. */
const matches = (statement: Statement, asked: Request) => access([{ ...statement, Effect: "Allow" }], [], asked);

const check = (property: fc.IProperty<any>) => fc.assert(property, { numRuns: 500 });

describe("For all policies", () => {
  it("an explicit deny wins, wherever it stands", () => {
    check(
      fc.property(statements, statements, denying, request, (identity, onBucket, deny, asked) => {
        fc.pre(matches(deny, asked));
        expect(access([...identity, deny], onBucket, asked)).toBe(false);
        expect(access(identity, [deny, ...onBucket], asked)).toBe(false);
      }),
    );
  });

  it("an allow more removes no access", () => {
    check(
      fc.property(statements, statements, allowing, request, (identity, onBucket, allow, asked) => {
        fc.pre(access(identity, onBucket, asked));
        expect(access([...identity, allow], onBucket, asked)).toBe(true);
        expect(access(identity, [...onBucket, allow], asked)).toBe(true);
      }),
    );
  });

  it("a deny more grants nothing", () => {
    check(
      fc.property(statements, statements, denying, request, (identity, onBucket, deny, asked) => {
        fc.pre(!access(identity, onBucket, asked));
        expect(access([...identity, deny], [...onBucket, deny], asked)).toBe(false);
      }),
    );
  });

  it("the order of statements does not matter", () => {
    check(
      fc.property(statements, statements, request, (identity, onBucket, asked) => {
        expect(access(identity.toReversed(), onBucket.toReversed(), asked)).toBe(access(identity, onBucket, asked));
      }),
    );
  });

  it("access is an allow that matches and no deny that does", () => {
    check(
      fc.property(statements, statements, request, (identity, onBucket, asked) => {
        const about = [...identity, ...onBucket].filter((statement) => matches(statement, asked));
        const effects = new Set(about.map(({ Effect }) => Effect));
        expect(access(identity, onBucket, asked)).toBe(effects.has("Allow") && !effects.has("Deny"));
      }),
    );
  });

  it("a session policy or boundary only ever takes away", () => {
    check(
      fc.property(statements, statements, request, fc.boolean(), (identity, limit, asked, boundary) => {
        fc.pre(limit.length > 0);
        const iam = iamOf({ roles: [role("worker", identity.length ? [policy(identity)] : [])] });
        const limits = boundary ? { permissionsBoundary: policy(limit) } : { sessionPolicies: [policy(limit)] };
        const caller = session("worker", { tags: asked.tags, ...limits });
        const context = { "aws:SecureTransport": asked.secure };
        const limited = may(() => iam.authorize(caller, asked.action, `arn:aws:s3:::b/${asked.key}`, context));
        expect(limited).toBe(access(identity, [], asked) && access(limit, [], asked));
      }),
    );
  });

  it("a tag's value, whatever it is, reaches its own directory only", () => {
    const text = fc.string({ minLength: 1, maxLength: 8, unit: fc.constantFrom(..."*?$}{a:/\\.[]()^+") });
    check(
      fc.property(text, text, (mine, other) => {
        fc.pre(!`${other}/`.startsWith(`${mine}/`));
        const own = { Effect: "Allow", Action: "s3:*", Resource: `arn:aws:s3:::b/\${aws:PrincipalTag/dir}/*` } as const;
        const asked = { action: "s3:GetObject", tags: { dir: mine }, secure: "true" };
        expect(access([own], [], { ...asked, key: `${mine}/x` })).toBe(true);
        expect(access([own], [], { ...asked, key: `${other}/x` })).toBe(false);
      }),
    );
  });

  it("a glob matches what the regular expression it stands for matches", () => {
    const unit = fc.constantFrom(..."ab*?");
    const globs = fc.string({ maxLength: 8, unit });
    check(
      fc.property(globs, fc.string({ maxLength: 10, unit: fc.constantFrom("a", "b") }), (pattern, text) => {
        const expected = new RegExp(`^${pattern.replaceAll("*", ".*").replaceAll("?", ".")}$`).test(text);
        const own = { Effect: "Allow", Action: "s3:*", Resource: `arn:aws:s3:::b/${pattern}` } as const;
        expect(access([own], [], { action: "s3:GetObject", key: text, tags: {}, secure: "true" })).toBe(expected);
      }),
    );
  });
});
