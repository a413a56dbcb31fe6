import type { Resource } from "@dropclip/synth/graph";
import { finding, type Rule } from "./finding.ts";

/** What a name may be: its characters, and how many of them. */
interface Form {
  key: string;
  pattern: RegExp;
  min?: number;
  max: number;
  /** Words a name may not hold. */
  without?: RegExp;
}

const word = /^[\w-]+$/;
const iam = /^[\w+=,.@-]+$/;
const free = /^[\w\s+=,.@-]+$/;
const policy: Form = { key: "name", pattern: word, max: 128 };

/** From AWS's API references; CloudFront's and Cognito's from their quotas. */
const FORMS: Record<string, Form[]> = {
  "aws:apigatewayv2/api:Api": [{ key: "name", pattern: /^[\s\S]+$/, max: 128 }],
  "aws:apigatewayv2/authorizer:Authorizer": [{ key: "name", pattern: /^[\s\S]+$/, max: 128 }],
  "aws:athena/namedQuery:NamedQuery": [
    { key: "name", pattern: /^[\s\S]+$/, max: 128 },
    { key: "description", pattern: /^[\s\S]+$/, max: 1024 },
    { key: "query", pattern: /^[\s\S]+$/, max: 262_144 },
  ],
  "aws:athena/workgroup:Workgroup": [{ key: "name", pattern: /^[\w.-]+$/, max: 128 }],
  "aws:cloudfront/cachePolicy:CachePolicy": [policy],
  "aws:cloudfront/distribution:Distribution": [{ key: "comment", pattern: /^[\s\S]*$/, min: 0, max: 128 }],
  "aws:cloudfront/function:Function": [{ key: "name", pattern: word, max: 64 }],
  "aws:cloudfront/originAccessControl:OriginAccessControl": [{ key: "name", pattern: /^[\s\S]+$/, max: 64 }],
  "aws:cloudfront/originRequestPolicy:OriginRequestPolicy": [policy],
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": [policy],
  "aws:cloudwatch/eventRule:EventRule": [
    { key: "name", pattern: /^[\w.-]+$/, max: 64 },
    { key: "description", pattern: /^[\s\S]*$/, min: 0, max: 512 },
  ],
  "aws:cloudwatch/eventTarget:EventTarget": [{ key: "targetId", pattern: /^[\w.-]+$/, max: 64 }],
  "aws:cloudwatch/logGroup:LogGroup": [{ key: "name", pattern: /^[\w./#-]+$/, max: 512 }],
  "aws:cloudwatch/metricAlarm:MetricAlarm": [{ key: "name", pattern: /^[\s\S]+$/, max: 255 }],
  "aws:cognito/userGroup:UserGroup": [{ key: "name", pattern: /^\S+$/, max: 128 }],
  "aws:cognito/userPool:UserPool": [{ key: "name", pattern: free, max: 128 }],
  "aws:cognito/userPoolClient:UserPoolClient": [{ key: "name", pattern: free, max: 128 }],
  "aws:cognito/userPoolDomain:UserPoolDomain": [
    { key: "domain", pattern: /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, max: 63, without: /aws|amazon|cognito/ },
  ],
  "aws:dynamodb/table:Table": [{ key: "name", pattern: /^[\w.-]+$/, min: 3, max: 255 }],
  // Glue takes more than Athena, which asks for it.
  "aws:glue/catalogDatabase:CatalogDatabase": [{ key: "name", pattern: /^[a-z0-9_]+$/, max: 255 }],
  "aws:glue/catalogTable:CatalogTable": [{ key: "name", pattern: /^[a-z0-9_]+$/, max: 255 }],
  "aws:iam/policy:Policy": [{ key: "name", pattern: iam, max: 128 }],
  "aws:iam/role:Role": [{ key: "name", pattern: iam, max: 64 }],
  "aws:iam/rolePolicy:RolePolicy": [{ key: "name", pattern: iam, max: 128 }],
  "aws:lambda/function:Function": [{ key: "name", pattern: word, max: 64 }],
  "aws:lambda/permission:Permission": [{ key: "statementId", pattern: word, max: 100 }],
  "aws:s3/bucket:Bucket": [
    {
      key: "bucket",
      pattern: /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
      min: 3,
      max: 63,
      without: /^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|--x-s3|--table-s3)$/,
    },
  ],
  "aws:sfn/stateMachine:StateMachine": [{ key: "name", pattern: /^[\w-]+$/, max: 80 }],
  "aws:sqs/queue:Queue": [{ key: "name", pattern: word, max: 80 }],
  "aws:ssm/parameter:Parameter": [
    { key: "name", pattern: /^\/?[\w.-]+(\/[\w.-]+){0,14}$/, max: 1011, without: /^\/?(aws|ssm)/i },
  ],
  "aws:wafv2/webAcl:WebAcl": [{ key: "name", pattern: word, max: 128 }],
};

/** Names that AWS refuses: too short, too long, of other characters. Those the provider makes up itself always fit. */
export const refusedNames: Rule = ({ resources }) =>
  resources.flatMap((resource) => [
    ...(FORMS[resource.type] ?? []).flatMap(problemOf(resource)),
    ...inlineNames(resource),
  ]);

const problemOf =
  (resource: Resource) =>
  ({ key, pattern, min = 1, max, without }: Form): string[] => {
    const value: unknown = resource.inputs[key];
    if (value === undefined || value === null) return [];
    const name = String(value);
    if (name.length < min || name.length > max)
      return [finding(resource, `${key} ${name} has ${name.length} characters, not ${min} to ${max}`)];
    if (!pattern.test(name)) return [finding(resource, `${key} ${name} is not of the form ${pattern.source}`)];
    const refused = without?.exec(name)?.[0];
    return refused ? [finding(resource, `${key} ${name} may not hold ${refused}`)] : [];
  };

const inlineNames = (resource: Resource): string[] =>
  resource.type === "aws:iam/role:Role"
    ? (resource.inputs.inlinePolicies ?? [])
        .filter(({ name }: { name: string }) => !iam.test(name) || name.length > 128)
        .map(({ name }: { name: string }) =>
          finding(resource, `inline policy ${name} is not of the form ${iam.source}`),
        )
    : [];

/** Types whose names are one set for all Regions of an account, or for everybody. */
const GLOBAL: Record<string, string> = {
  "aws:cloudfront/cachePolicy:CachePolicy": "name",
  "aws:cloudfront/function:Function": "name",
  "aws:cloudfront/originAccessControl:OriginAccessControl": "name",
  "aws:cloudfront/originRequestPolicy:OriginRequestPolicy": "name",
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": "name",
  "aws:iam/policy:Policy": "name",
  "aws:iam/role:Role": "name",
  "aws:s3/bucket:Bucket": "bucket",
};

/** What of one stage in two Regions would have the same name where there can be one only. */
export function sharedNames(one: { resources: Resource[] }, other: { resources: Resource[] }): string[] {
  const nameOf = ({ type, inputs }: Resource) => {
    const key = GLOBAL[type];
    return key && inputs[key] === undefined ? undefined : `${type} ${inputs[key ?? ""]}`;
  };
  const taken = new Set(other.resources.map(nameOf));
  return one.resources
    .filter((resource) => GLOBAL[resource.type] && nameOf(resource) && taken.has(nameOf(resource)))
    .map((resource) =>
      finding(resource, `${resource.inputs[GLOBAL[resource.type]!]} is the same name in every Region`),
    );
}
