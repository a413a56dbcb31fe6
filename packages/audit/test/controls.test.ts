import { describe, expect, it } from "vitest";
import { RULES } from "../src/rules/index.ts";

/** How AWS Security Hub grades its controls: its user guide, as of 2026. */
const CONTROLS: Record<string, string> = {
  critical: "Lambda.1 S3.2 S3.3 SNS.4 SQS.3",
  high: "CloudFront.1 CloudFront.12 CloudWatch.15 CloudWatch.17 IAM.1 S3.6 S3.8",
  medium: `APIGateway.8 APIGateway.9 APIGateway.10 Athena.4 CloudFront.3 CloudFront.5 CloudFront.6 CloudFront.7
    CloudFront.9 CloudFront.10 CloudFront.13 CloudFront.15 CloudFront.16 CloudFront.17 Cognito.1 Cognito.2
    Cognito.3 Cognito.4 Cognito.5 Cognito.6 DynamoDB.1 DynamoDB.2 DynamoDB.6 KMS.1 KMS.2 KMS.4 Lambda.2 S3.5
    S3.9 S3.12 SQS.1 StepFunctions.1 WAF.10 WAF.12`,
  low: "CloudFront.4 CloudFront.8 EventBridge.3 IAM.2 IAM.21 S3.13",
};
const graded = Object.entries(CONTROLS).flatMap(([severity, ids]) => ids.split(/\s+/).map((id) => `${id} ${severity}`));

describe("rules by AWS's ids", () => {
  it("are AWS's controls and no others, as severe as AWS says", () => {
    const named = RULES.filter(({ id }) => !id.startsWith("own/"));
    expect(named.map(({ id, severity }) => `${id} ${severity}`).toSorted()).toEqual(graded.toSorted());
  });
});
