import { TYPE } from "@dropclip/synth/from-graph/types";
import type { PlacedStatement } from "@dropclip/synth/policies";
import { controlPage, type Rule, when } from "../../rule.ts";
import { covers, principalsOf } from "../../statements.ts";

/** Denies everybody whatever comes without TLS, at the bucket and at its objects. */
function refusesPlain(placed: PlacedStatement, arn: string): boolean {
  const { statement, actions, resources } = placed;
  const condition = statement.Condition as Record<string, Record<string, unknown>> | undefined;
  const plain = Object.entries(condition?.Bool ?? {}).some(
    ([key, value]) => key.toLowerCase() === "aws:securetransport" && [value].flat().map(String).includes("false"),
  );
  return (
    statement.Effect === "Deny" &&
    principalsOf(placed).some(([, name]) => name === "*") &&
    actions.some((action) => covers(action, "s3:*")) &&
    [arn, `${arn}/*`].every((one) => resources.includes(one) || resources.includes("*")) &&
    plain &&
    // Another condition would let some plain requests through.
    Object.values(condition ?? {}).flatMap(Object.keys).length === 1
  );
}

export const encryptedRequests: Rule = {
  id: "S3.5",
  title: "Buckets refuse requests without TLS",
  severity: "medium",
  types: [TYPE.bucket],
  page: controlPage("S3.5"),
  check: (bucket, view) => {
    const placed = view.about(TYPE.bucketPolicy, "bucket", bucket).flatMap((policy) => view.statements(policy));
    const arn = String(bucket.outputs.arn);
    return when(!placed.some((one) => refusesPlain(one, arn)), "its policy does not deny aws:SecureTransport false");
  },
};
