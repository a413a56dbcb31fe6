import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule } from "../../rule.ts";
import { covers, eachStatement, isAllow, principalsOf } from "../../statements.ts";

/** What AWS's control keeps other accounts from. */
const DENIED = [
  "s3:DeleteBucketPolicy",
  "s3:PutBucketAcl",
  "s3:PutBucketPolicy",
  "s3:PutEncryptionConfiguration",
  "s3:PutObjectAcl",
];

export const otherAccounts: Rule = {
  id: "S3.6",
  title: "Bucket policies let no other account change policies, ACLs or encryption",
  severity: "high",
  types: [TYPE.bucketPolicy],
  page: controlPage("S3.6"),
  check: (policy, view) =>
    eachStatement(policy, view, (placed) => {
      const strangers = principalsOf(placed)
        .filter(([kind, name]) => kind === "AWS" && !name.includes(view.graph.account))
        .map(([, name]) => name);
      const given = DENIED.filter((action) => placed.actions.some((one) => covers(one, action)));
      return isAllow(placed) && strangers.length > 0 && given.length > 0
        ? [`lets ${strangers.join(", ")} do ${given.join(", ")}`]
        : [];
    }),
};
