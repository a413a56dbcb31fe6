import { describe, expect, it } from "vitest";
import { policyDocument } from "../src/run/policy-document.ts";

const json = (args: Parameters<typeof policyDocument>[0]) => JSON.parse(policyDocument(args).json as string);
const read = { actions: ["s3:GetObject"], resources: ["b", "a", "b"] };

describe("policyDocument", () => {
  it("writes statements as the provider does: sorted, without repetition, one value bare", () => {
    expect(json({ statements: [{ sid: "Read", ...read }] })).toEqual({
      Version: "2012-10-17",
      Statement: [{ Sid: "Read", Effect: "Allow", Action: "s3:GetObject", Resource: ["a", "b"] }],
    });
  });

  it("groups principals and conditions", () => {
    const principals = [
      { type: "Service", identifiers: ["b.amazonaws.com"] },
      { type: "Service", identifiers: ["a.amazonaws.com"] },
      { type: "AWS", identifiers: ["1"] },
    ];
    const conditions = [
      { test: "StringLike", variable: "s3:prefix", values: ["x/*"] },
      { test: "StringLike", variable: "aws:PrincipalTag/id", values: ["&{aws:username}"] },
      { test: "Bool", variable: "aws:SecureTransport", values: ["false"] },
    ];
    const [statement] = json({ statements: [{ effect: "Deny", actions: ["s3:*"], principals, conditions }] }).Statement;
    expect(statement).toEqual({
      Effect: "Deny",
      Principal: { Service: ["a.amazonaws.com", "b.amazonaws.com"], AWS: "1" },
      Action: "s3:*",
      Condition: {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: IAM's own variable syntax.
        StringLike: { "s3:prefix": "x/*", "aws:PrincipalTag/id": "${aws:username}" },
        Bool: { "aws:SecureTransport": "false" },
      },
    });
  });

  it("takes any principal for *", () => {
    const principals = [{ type: "*", identifiers: ["*"] }];
    expect(json({ statements: [{ ...read, principals }] }).Statement[0].Principal).toBe("*");
  });

  it("joins source documents and replaces by Sid what an override names", () => {
    const source = policyDocument({
      statements: [
        { sid: "A", ...read },
        { sid: "B", ...read },
      ],
    }).json as string;
    const override = policyDocument({ statements: [{ sid: "B", effect: "Deny", ...read }] }).json as string;
    const merged = json({ sourcePolicyDocuments: [source], overridePolicyDocuments: [override] });
    expect(merged.Statement.map((one: { Sid: string; Effect: string }) => [one.Sid, one.Effect])).toEqual([
      ["A", "Allow"],
      ["B", "Deny"],
    ]);
  });

  it("refuses what AWS would", () => {
    expect(() => policyDocument({ statements: [{ resources: ["*"] }] })).toThrow("names no action");
    expect(() => policyDocument({ statements: [{ ...read, effect: "Maybe" }] })).toThrow("no such effect: Maybe");
    expect(() =>
      policyDocument({
        statements: [
          { sid: "A", ...read },
          { sid: "A", ...read },
        ],
      }),
    ).toThrow("the Sid A");
    const unknown = [undefined as unknown as string];
    expect(() => policyDocument({ statements: [{ ...read, resources: unknown }] })).toThrow("not known at synth");
  });
});
