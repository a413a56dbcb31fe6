import { awsPage, type Rule } from "../../rule.ts";
import { covers, eachStatement, isAllow } from "../../statements.ts";
import { POLICY_TYPES } from "../../view.ts";

/** Who may do one of these may give themselves everything else. */
const ESCALATING = [
  ...["iam:AttachRolePolicy", "iam:AttachUserPolicy", "iam:CreateAccessKey", "iam:CreatePolicyVersion"],
  ...["iam:PutRolePolicy", "iam:PutUserPolicy", "iam:SetDefaultPolicyVersion", "iam:UpdateAssumeRolePolicy"],
  ...["lambda:AddPermission", "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration"],
  ...["s3:PutBucketPolicy", "s3:DeleteBucketPolicy", "s3:PutBucketPublicAccessBlock", "kms:PutKeyPolicy"],
  ...["sqs:AddPermission", "sqs:SetQueueAttributes", "sns:AddPermission", "sns:SetTopicAttributes"],
];

export const rightsOverRights: Rule = {
  id: "own/rights-over-rights",
  title: "Nothing that runs may change what it may do",
  severity: "critical",
  types: POLICY_TYPES,
  page: awsPage("IAM/latest/UserGuide/best-practices.html"),
  check: (policy, view) =>
    eachStatement(policy, view, (placed) =>
      isAllow(placed)
        ? ESCALATING.filter((right) => placed.actions.some((action) => covers(action, right))).map(
            (right) => `allows ${right}`,
          )
        : [],
    ),
};
