import { createRequire } from "node:module";
import { finding, type Rule } from "./finding.ts";

/** AWS's own lists, in the clients that the handlers and the local cloud have installed. */
const client = (service: string): Record<string, Record<string, string>> => {
  for (const workspace of ["functions", "local"]) {
    const require = createRequire(`${process.cwd()}/packages/${workspace}/package.json`);
    try {
      return require(`@aws-sdk/client-${service}`);
    } catch (error) {
      if ((error as { code?: string }).code !== "MODULE_NOT_FOUND") throw error;
    }
  }
  throw new Error(`no package has @aws-sdk/client-${service}`);
};

/** A property by its path, where `*` stands for every member of a list, and what it may be. */
type Listed = [path: string, values: string | readonly (string | number)[]];

/**
 * Per type the properties with a fixed set of values: the name of the client's list, or the values where no client is
 * installed.
 */
const LISTED: Record<string, { service?: string; properties: Listed[] }> = {
  "aws:apigatewayv2/api:Api": { properties: [["protocolType", ["HTTP", "WEBSOCKET"]]] },
  "aws:apigatewayv2/authorizer:Authorizer": { properties: [["authorizerType", ["JWT", "REQUEST"]]] },
  "aws:apigatewayv2/integration:Integration": {
    properties: [
      ["integrationType", ["AWS_PROXY", "HTTP_PROXY"]],
      ["payloadFormatVersion", ["1.0", "2.0"]],
    ],
  },
  "aws:apigatewayv2/route:Route": { properties: [["authorizationType", ["NONE", "AWS_IAM", "CUSTOM", "JWT"]]] },
  "aws:cloudfront/cachePolicy:CachePolicy": {
    service: "cloudfront",
    properties: [
      ["parametersInCacheKeyAndForwardedToOrigin.cookiesConfig.cookieBehavior", "CachePolicyCookieBehavior"],
      ["parametersInCacheKeyAndForwardedToOrigin.headersConfig.headerBehavior", "CachePolicyHeaderBehavior"],
      [
        "parametersInCacheKeyAndForwardedToOrigin.queryStringsConfig.queryStringBehavior",
        "CachePolicyQueryStringBehavior",
      ],
    ],
  },
  "aws:cloudfront/distribution:Distribution": {
    service: "cloudfront",
    properties: [
      ["httpVersion", "HttpVersion"],
      ["priceClass", "PriceClass"],
      ["restrictions.geoRestriction.restrictionType", "GeoRestrictionType"],
      ["viewerCertificate.minimumProtocolVersion", "MinimumProtocolVersion"],
      ["viewerCertificate.sslSupportMethod", "SSLSupportMethod"],
      ...["defaultCacheBehavior", "orderedCacheBehaviors.*"].flatMap((behavior): Listed[] => [
        [`${behavior}.viewerProtocolPolicy`, "ViewerProtocolPolicy"],
        [`${behavior}.allowedMethods.*`, "Method"],
        [`${behavior}.cachedMethods.*`, "Method"],
      ]),
    ],
  },
  "aws:cloudfront/originAccessControl:OriginAccessControl": {
    service: "cloudfront",
    properties: [
      ["originAccessControlOriginType", "OriginAccessControlOriginTypes"],
      ["signingBehavior", "OriginAccessControlSigningBehaviors"],
      ["signingProtocol", "OriginAccessControlSigningProtocols"],
    ],
  },
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": {
    service: "cloudfront",
    properties: [
      ["corsConfig.accessControlAllowMethods.items.*", "ResponseHeadersPolicyAccessControlAllowMethodsValues"],
      ["securityHeadersConfig.frameOptions.frameOption", "FrameOptionsList"],
      ["securityHeadersConfig.referrerPolicy.referrerPolicy", "ReferrerPolicyList"],
    ],
  },
  "aws:cloudwatch/eventRule:EventRule": { service: "eventbridge", properties: [["state", "RuleState"]] },
  "aws:cloudwatch/logGroup:LogGroup": {
    properties: [
      [
        "retentionInDays",
        [0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
      ],
    ],
  },
  "aws:cognito/userPool:UserPool": {
    service: "cognito-identity-provider",
    properties: [
      ["accountRecoverySetting.recoveryMechanisms.*.name", "RecoveryOptionNameType"],
      ["autoVerifiedAttributes.*", "VerifiedAttributeType"],
      ["deletionProtection", "DeletionProtectionType"],
      ["emailConfiguration.emailSendingAccount", "EmailSendingAccountType"],
      ["mfaConfiguration", "UserPoolMfaType"],
      ["userPoolTier", "UserPoolTierType"],
      ["usernameAttributes.*", "UsernameAttributeType"],
    ],
  },
  "aws:cognito/userPoolClient:UserPoolClient": {
    service: "cognito-identity-provider",
    properties: [
      ["allowedOauthFlows.*", "OAuthFlowType"],
      ["explicitAuthFlows.*", "ExplicitAuthFlowsType"],
      ["preventUserExistenceErrors", "PreventUserExistenceErrorTypes"],
      ["tokenValidityUnits.accessToken", "TimeUnitsType"],
      ["tokenValidityUnits.idToken", "TimeUnitsType"],
      ["tokenValidityUnits.refreshToken", "TimeUnitsType"],
    ],
  },
  "aws:dynamodb/table:Table": {
    service: "dynamodb",
    properties: [
      ["attributes.*.type", "ScalarAttributeType"],
      ["billingMode", "BillingMode"],
      ["globalSecondaryIndexes.*.projectionType", "ProjectionType"],
      ["streamViewType", "StreamViewType"],
    ],
  },
  "aws:lambda/function:Function": {
    service: "lambda",
    properties: [
      ["architectures.*", "Architecture"],
      ["loggingConfig.logFormat", "LogFormat"],
      ["packageType", "PackageType"],
      ["runtime", "Runtime"],
      ["tracingConfig.mode", "TracingMode"],
    ],
  },
  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": {
    properties: [["corsRules.*.allowedMethods.*", ["GET", "PUT", "HEAD", "POST", "DELETE"]]],
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
    service: "s3",
    properties: [["rules.*.status", "ExpirationStatus"]],
  },
  "aws:sfn/stateMachine:StateMachine": {
    service: "sfn",
    properties: [
      ["loggingConfiguration.level", "LogLevel"],
      ["type", "StateMachineType"],
    ],
  },
  "aws:wafv2/webAcl:WebAcl": {
    properties: [
      ["scope", ["CLOUDFRONT", "REGIONAL"]],
      ["rules.*.statement.rateBasedStatement.aggregateKeyType", ["CONSTANT", "CUSTOM_KEYS", "FORWARDED_IP", "IP"]],
      ["rules.*.statement.rateBasedStatement.evaluationWindowSec", [60, 120, 300, 600]],
    ],
  },
  "aws:ssm/parameter:Parameter": { properties: [["type", ["String", "StringList", "SecureString"]]] },
};

/** Values of which AWS has a list that does not hold them. */
export const unlistedValues: Rule = ({ resources }) =>
  resources.flatMap((resource) => {
    const { service, properties = [] } = LISTED[resource.type] ?? {};
    return properties.flatMap(([path, values]) => {
      const allowed = typeof values === "string" ? listOf(service!, values) : values;
      return valuesAt(resource.inputs, path.split("."))
        .filter((value) => !allowed.includes(value as string))
        .map((value) => finding(resource, `${path} ${JSON.stringify(value)} is none of ${allowed.join(", ")}`));
    });
  });

function listOf(service: string, name: string): string[] {
  const list = client(service)[name];
  if (!list) throw new Error(`@aws-sdk/client-${service} has no list ${name}`);
  return Object.values(list);
}

/** What stands at a path, where it is given at all. */
function valuesAt(value: any, [first, ...rest]: string[]): unknown[] {
  if (value === undefined || value === null) return [];
  if (first === undefined) return [value];
  if (first === "*") return (value as unknown[]).flatMap((member) => valuesAt(member, rest));
  return valuesAt(value[first], rest);
}
