import { DESCRIBED } from "@dropclip/synth/from-graph/types";

/** Pulumi's type tokens that the rules read and the local cloud does not run. */
export const ALSO = {
  ...DESCRIBED,
  accountAccessBlock: "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
  bucketAcl: "aws:s3/bucketAcl:BucketAcl",
  website: "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration",
  functionUrl: "aws:lambda/functionUrl:FunctionUrl",
  user: "aws:iam/user:User",
  accessKey: "aws:iam/accessKey:AccessKey",
  userPolicy: "aws:iam/userPolicy:UserPolicy",
  userAttachment: "aws:iam/userPolicyAttachment:UserPolicyAttachment",
  key: "aws:kms/key:Key",
  identityPool: "aws:cognito/identityPool:IdentityPool",
  eventBus: "aws:cloudwatch/eventBus:EventBus",
  eventBusPolicy: "aws:cloudwatch/eventBusPolicy:EventBusPolicy",
  webAcl: "aws:wafv2/webAcl:WebAcl",
  workgroup: "aws:athena/workgroup:Workgroup",
  apiDomain: "aws:apigatewayv2/domainName:DomainName",
} as const;
