import type { CacheBehavior, Distribution } from "../cloud.ts";
import type { Resource } from "../graph.ts";
import { accessLogs, checkLogs } from "./access-logs.ts";
import { cachePolicy } from "./cache-policy.ts";
import { originRequestPolicy } from "./origin-request-policy.ts";
import { only, type Reader, refuse, text } from "./reader.ts";
import { responseHeadersPolicy } from "./response-headers-policy.ts";
import { TYPE } from "./types.ts";

type Config = Record<string, any>;

const KNOWN = [
  "aliases",
  "customErrorResponses",
  "defaultCacheBehavior",
  "defaultRootObject",
  "enabled",
  "httpVersion",
  "isIpv6Enabled",
  "loggingConfig",
  "orderedCacheBehaviors",
  "origins",
  "priceClass",
  "restrictions",
  "viewerCertificate",
  "waitForDeployment",
];

export function distributions(reader: Reader): Distribution[] {
  reader.checkReferences(TYPE.monitoringSubscription, "distributionId", TYPE.distribution);
  checkLogs(reader);
  return reader.all(TYPE.distribution).map((resource) => {
    const { inputs } = resource;
    only(resource, inputs, KNOWN);
    if (inputs.enabled !== true) throw refuse(resource, "it is not enabled");
    if ((inputs.restrictions?.geoRestriction?.restrictionType ?? "none") !== "none") {
      throw refuse(resource, "it does not know where its viewers are (geoRestriction)");
    }
    const origins: Config[] = inputs.origins ?? [];
    const read = (config: Config, pathPattern: string) => behavior(reader, resource, config, pathPattern);
    const ordered: Config[] = inputs.orderedCacheBehaviors ?? [];
    const responses: Config[] = inputs.customErrorResponses ?? [];
    return {
      id: String(resource.id),
      arn: text(resource, "arn"),
      domainName: text(resource, "domainName"),
      aliases: inputs.aliases ?? [],
      ...(inputs.defaultRootObject ? { defaultRootObject: rootObject(resource) } : {}),
      origins: origins.map((config) => origin(reader, resource, config)),
      behaviors: ordered.map((config) => read(config, config.pathPattern.replace(/^\//, ""))),
      defaultBehavior: read(inputs.defaultCacheBehavior, "*"),
      customErrorResponses: responses.map((config) => errorResponse(resource, config)),
      additionalMetrics: hasAdditionalMetrics(reader, resource),
      accessLogs: accessLogs(reader, resource),
    };
  });
}

function hasAdditionalMetrics(reader: Reader, distribution: Resource): boolean {
  const subscription = reader.oneReferring(TYPE.monitoringSubscription, "distributionId", distribution);
  const config: Config = subscription?.inputs.monitoringSubscription?.realtimeMetricsSubscriptionConfig ?? {};
  return config.realtimeMetricsSubscriptionStatus === "Enabled";
}

function origin(reader: Reader, resource: Resource, config: Config): Distribution["origins"][number] {
  only(resource, config, ["originId", "domainName", "originPath", "originAccessControlId"], "origin ");
  const bucket = reader
    .all(TYPE.bucket)
    .find(({ outputs }) => [outputs.bucketRegionalDomainName, outputs.bucketDomainName].includes(config.domainName));
  if (!bucket) throw refuse(resource, `its origin ${config.domainName} is no bucket of the graph`);
  return {
    originId: config.originId,
    bucketName: text(bucket, "bucket"),
    originPath: config.originPath ?? "",
    originAccessControl: config.originAccessControlId ? signs(reader, resource, config.originAccessControlId) : false,
  };
}

function signs(reader: Reader, from: Resource, id: string): boolean {
  const { inputs } = reader.resolve(from, id, TYPE.originAccessControl);
  return inputs.originAccessControlOriginType === "s3" && inputs.signingBehavior === "always";
}

const KNOWN_OF_BEHAVIOR = [
  "allowedMethods",
  "cachePolicyId",
  "cachedMethods",
  "compress",
  "originRequestPolicyId",
  "pathPattern",
  "responseHeadersPolicyId",
  "targetOriginId",
  "viewerProtocolPolicy",
];

function behavior(reader: Reader, resource: Resource, config: Config, pathPattern: string): CacheBehavior {
  only(resource, config, KNOWN_OF_BEHAVIOR, `behaviour ${pathPattern} `);
  const origins: Config[] = resource.inputs.origins ?? [];
  if (!origins.some(({ originId }) => originId === config.targetOriginId)) {
    throw refuse(resource, `its behaviour ${pathPattern} has the origin ${config.targetOriginId}, which there is not`);
  }
  if (!config.cachePolicyId) throw refuse(resource, `its behaviour ${pathPattern} has no cache policy`);
  return {
    pathPattern,
    originId: config.targetOriginId,
    viewerProtocolPolicy: config.viewerProtocolPolicy,
    allowedMethods: config.allowedMethods,
    cachedMethods: config.cachedMethods,
    compress: config.compress ?? false,
    cachePolicy: cachePolicy(reader, resource, config.cachePolicyId),
    ...(config.originRequestPolicyId
      ? { originRequestPolicy: originRequestPolicy(reader, resource, config.originRequestPolicyId) }
      : {}),
    ...(config.responseHeadersPolicyId
      ? { responseHeadersPolicy: responseHeadersPolicy(reader, resource, config.responseHeadersPolicyId) }
      : {}),
  };
}

/** CloudFront takes none that begins with a slash (API reference, DistributionConfig). */
function rootObject(resource: Resource): string {
  const key = String(resource.inputs.defaultRootObject);
  if (key.startsWith("/")) throw refuse(resource, `its defaultRootObject ${key} begins with a slash`);
  return key;
}

function errorResponse(resource: Resource, config: Config): Distribution["customErrorResponses"][number] {
  only(
    resource,
    config,
    ["errorCode", "responseCode", "responsePagePath", "errorCachingMinTtl"],
    "customErrorResponse ",
  );
  const { errorCode, responseCode, responsePagePath, errorCachingMinTtl } = config;
  return {
    errorCode,
    ...(responseCode === undefined ? {} : { responseCode }),
    ...(responsePagePath === undefined ? {} : { responsePagePath }),
    ...(errorCachingMinTtl === undefined ? {} : { errorCachingMinTtlSeconds: errorCachingMinTtl }),
  };
}
