/** Pulumi's type tokens that the rules read and the local cloud does not run. */
export const ALSO = {
  accessBlock: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  accountAccessBlock: "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
  bucketAcl: "aws:s3/bucketAcl:BucketAcl",
  ownership: "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  website: "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration",
  functionUrl: "aws:lambda/functionUrl:FunctionUrl",
  logGroup: "aws:cloudwatch/logGroup:LogGroup",
  user: "aws:iam/user:User",
  accessKey: "aws:iam/accessKey:AccessKey",
  userPolicy: "aws:iam/userPolicy:UserPolicy",
  userAttachment: "aws:iam/userPolicyAttachment:UserPolicyAttachment",
  key: "aws:kms/key:Key",
  identityPool: "aws:cognito/identityPool:IdentityPool",
  eventBus: "aws:cloudwatch/eventBus:EventBus",
  webAcl: "aws:wafv2/webAcl:WebAcl",
  apiDomain: "aws:apigatewayv2/domainName:DomainName",
} as const;
