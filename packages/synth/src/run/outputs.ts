import { createHash } from "node:crypto";

type Inputs = Record<string, any>;

/** Account and region of a resource, and the name that AWS would give it there. */
export interface Place {
  account: string;
  region: string;
  arn(service: string, resource: string): string;
}

/** `id` and the attributes that AWS computes for one resource. */
type Computed = { id: string } & Record<string, unknown>;
type Compute = (inputs: Inputs, name: string, place: Place) => Computed;

/** A repeatable replacement for ids that AWS draws at random. */
export const hash = (text: string, length: number) => createHash("sha256").update(text).digest("hex").slice(0, length);

const ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** As `hash`, but in letters of one of AWS's alphabets. */
const letters = (text: string, length: number, alphabet: string) =>
  Array.from(createHash("shake256", { outputLength: length }).update(text).digest())
    .map((byte) => alphabet[byte % alphabet.length])
    .join("");

/** CloudFront's ids: E and thirteen capitals and digits. */
const cloudFrontId = (name: string) => `E${hash(name, 13).toUpperCase()}`;

/** Global services: an ARN without region. */
const iam = ({ account }: Place, resource: string) => `arn:aws:iam::${account}:${resource}`;
const cloudfront = ({ account }: Place, resource: string) => `arn:aws:cloudfront::${account}:${resource}`;

/** A resource whose id is its name and whose ARN ends with it. */
const named =
  (service: string, prefix: string): Compute =>
  ({ name }, _, place) => ({ id: name, name, arn: place.arn(service, `${prefix}${name}`) });

/** A resource whose id is its ARN. */
const byArn =
  (service: string, prefix: string): Compute =>
  ({ name }, _, place) => {
    const arn = place.arn(service, `${prefix}${name}`);
    return { id: arn, name, arn };
  };

/** Computed attributes by type. A type that is not listed has an id and no other attributes. */
export const OUTPUTS: Record<string, Compute> = {
  "aws:acm/certificate:Certificate": ({ domainName }, _, place) => {
    const arn = place.arn("acm", `certificate/${hash(String(domainName), 32)}`);
    return { id: arn, arn, domainValidationOptions: [] };
  },
  "aws:apigatewayv2/api:Api": ({ name }, _, place) => {
    const id = hash(name, 10);
    return {
      id,
      name,
      arn: `arn:aws:apigateway:${place.region}::/apis/${id}`,
      apiEndpoint: `https://${id}.execute-api.${place.region}.amazonaws.com`,
      executionArn: place.arn("execute-api", id),
    };
  },
  "aws:apigatewayv2/authorizer:Authorizer": (_, name) => ({ id: hash(name, 6) }),
  "aws:apigatewayv2/domainName:DomainName": ({ domainName, domainNameConfiguration }, _, place) => ({
    id: domainName,
    domainNameConfiguration: {
      ...domainNameConfiguration,
      targetDomainName: `d-${hash(domainName, 10)}.execute-api.${place.region}.amazonaws.com`,
      hostedZoneId: "Z0000000000001",
    },
  }),
  "aws:apigatewayv2/integration:Integration": (_, name) => ({ id: hash(name, 7) }),
  "aws:apigatewayv2/route:Route": (_, name) => ({ id: hash(name, 7) }),
  "aws:apigatewayv2/stage:Stage": ({ name, apiId }, _, place) => ({
    id: name,
    arn: `arn:aws:apigateway:${place.region}::/apis/${apiId}/stages/${name}`,
    invokeUrl: `https://${apiId}.execute-api.${place.region}.amazonaws.com/${name === "$default" ? "" : name}`,
  }),
  "aws:cloudfront/cachePolicy:CachePolicy": ({ name }) => ({ id: uuid(`cache/${name}`), name }),
  "aws:cloudfront/distribution:Distribution": (_, name, place) => {
    const id = cloudFrontId(name);
    return {
      id,
      arn: cloudfront(place, `distribution/${id}`),
      domainName: `d${hash(name, 13)}.cloudfront.net`,
      hostedZoneId: "Z2FDTNDATAQYW2",
      etag: "E1",
      status: "Deployed",
    };
  },
  "aws:cloudfront/function:Function": ({ name }, _, place) => ({
    id: name,
    name,
    arn: cloudfront(place, `function/${name}`),
    etag: "E1",
  }),
  "aws:cloudfront/keyValueStore:KeyValueStore": ({ name }, _, place) => ({
    id: name,
    name,
    arn: cloudfront(place, `key-value-store/${uuid(name)}`),
    etag: "E1",
  }),
  "aws:cloudfront/originAccessControl:OriginAccessControl": (_, name) => ({ id: cloudFrontId(name) }),
  "aws:cloudfront/originRequestPolicy:OriginRequestPolicy": ({ name }) => ({ id: uuid(`origin/${name}`), name }),
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": ({ name }) => ({ id: uuid(`headers/${name}`), name }),
  "aws:cloudwatch/dashboard:Dashboard": ({ dashboardName }, _, place) => ({
    id: dashboardName,
    dashboardArn: `arn:aws:cloudwatch::${place.account}:dashboard/${dashboardName}`,
  }),
  "aws:cloudwatch/eventBus:EventBus": named("events", "event-bus/"),
  "aws:cloudwatch/eventRule:EventRule": named("events", "rule/"),
  "aws:cloudwatch/logDelivery:LogDelivery": (_, name, place) => {
    const id = hash(name, 16);
    return { id, arn: place.arn("logs", `delivery:${id}`) };
  },
  "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": named("logs", "delivery-destination:"),
  "aws:cloudwatch/logDeliverySource:LogDeliverySource": named("logs", "delivery-source:"),
  "aws:cloudwatch/logGroup:LogGroup": named("logs", "log-group:"),
  "aws:cloudwatch/metricAlarm:MetricAlarm": ({ name }, _, place) => ({
    id: name,
    name,
    arn: place.arn("cloudwatch", `alarm:${name}`),
  }),
  "aws:cognito/userGroup:UserGroup": ({ name, userPoolId }) => ({ id: `${userPoolId}/${name}`, name }),
  "aws:cognito/userPool:UserPool": ({ name }, _, place) => {
    const id = `${place.region}_${letters(`pool/${name}`, 9, ALPHANUMERIC)}`;
    const endpoint = `cognito-idp.${place.region}.amazonaws.com/${id}`;
    return { id, name, arn: place.arn("cognito-idp", `userpool/${id}`), endpoint };
  },
  "aws:cognito/userPoolClient:UserPoolClient": ({ name, userPoolId }) => ({
    id: letters(`client/${userPoolId}/${name}`, 26, ALPHANUMERIC.toLowerCase().slice(0, 36)),
    name,
  }),
  "aws:cognito/userPoolDomain:UserPoolDomain": ({ domain }) => ({ id: domain }),
  "aws:dynamodb/table:Table": ({ name, streamEnabled }, _, place) => {
    const arn = place.arn("dynamodb", `table/${name}`);
    return { id: name, name, arn, ...(streamEnabled ? { streamArn: `${arn}/stream/2026-01-01T00:00:00.000` } : {}) };
  },
  "aws:iam/policy:Policy": ({ name, path = "/" }, _, place) => {
    const arn = iam(place, `policy${path}${name}`);
    return { id: arn, name, arn };
  },
  "aws:iam/role:Role": ({ name, path = "/" }, _, place) => ({ id: name, name, arn: iam(place, `role${path}${name}`) }),
  "aws:lambda/function:Function": ({ name, publish }, _, place) => {
    const arn = place.arn("lambda", `function:${name}`);
    const version = publish ? "1" : "$LATEST";
    const invoke = (target: string) =>
      `arn:aws:apigateway:${place.region}:lambda:path/2015-03-31/functions/${target}/invocations`;
    const qualifiedArn = `${arn}:${version}`;
    return {
      id: name,
      name,
      arn,
      version,
      qualifiedArn,
      invokeArn: invoke(arn),
      qualifiedInvokeArn: invoke(qualifiedArn),
      responseStreamingInvokeArn: invoke(arn),
    };
  },
  "aws:lambda/functionUrl:FunctionUrl": (_, name, place) => ({
    id: name,
    functionUrl: `https://${hash(name, 32)}.lambda-url.${place.region}.on.aws/`,
  }),
  "aws:s3/bucket:Bucket": ({ bucket }, _, place) => ({
    id: bucket,
    bucket,
    arn: `arn:aws:s3:::${bucket}`,
    bucketDomainName: `${bucket}.s3.amazonaws.com`,
    bucketRegionalDomainName: `${bucket}.s3.${place.region}.amazonaws.com`,
  }),
  "aws:scheduler/schedule:Schedule": ({ name, groupName = "default" }, _, place) => ({
    id: `${groupName}/${name}`,
    name,
    arn: place.arn("scheduler", `schedule/${groupName}/${name}`),
  }),
  "aws:sfn/stateMachine:StateMachine": byArn("states", "stateMachine:"),
  "aws:sns/topic:Topic": byArn("sns", ""),
  "aws:sqs/queue:Queue": ({ name }, _, place) => {
    const url = `https://sqs.${place.region}.amazonaws.com/${place.account}/${name}`;
    return { id: url, name, url, arn: place.arn("sqs", name) };
  },
  "aws:ssm/parameter:Parameter": ({ name }, _, place) => ({
    id: name,
    name,
    // A name that is a path already starts with a slash.
    arn: place.arn("ssm", `parameter${name.startsWith("/") ? "" : "/"}${name}`),
    version: 1,
  }),
  "aws:wafv2/webAcl:WebAcl": ({ name, scope }, _, place) => {
    const id = uuid(`acl/${name}`);
    const reach = scope === "CLOUDFRONT" ? "global" : "regional";
    return { id, name, arn: place.arn("wafv2", `${reach}/webacl/${name}/${id}`), capacity: 2 };
  },
  "random:index/randomBytes:RandomBytes": ({ length }, name) => {
    const bytes = createHash("shake256", { outputLength: length }).update(name).digest();
    return { id: name, base64: bytes.toString("base64"), hex: bytes.toString("hex") };
  },
  "pulumi-nodejs:dynamic:Resource": (_, name) => ({ id: `dynamic-${name}`, isDone: true, zoneId: "Z0000000000000" }),
};

function uuid(name: string): string {
  const hex = hash(name, 32);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** The input that holds the name of these types, where it is not `name`. */
const NAME_INPUT: Record<string, string> = {
  "aws:s3/bucket:Bucket": "bucket",
  "aws:cloudwatch/dashboard:Dashboard": "dashboardName",
};

/** Names a resource without a name as Pulumi does (logical name, dash, seven digits), but the same each time. */
export function autoname(type: string, name: string, inputs: Inputs): Inputs {
  const key = NAME_INPUT[type] ?? "name";
  return inputs[key] === undefined ? { ...inputs, [key]: `${name}-${hash(name, 7)}` } : inputs;
}
