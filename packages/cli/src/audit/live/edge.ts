import {
  CloudFront,
  type DefaultCacheBehavior,
  type DistributionConfig,
  paginateListDistributions,
} from "@aws-sdk/client-cloudfront";
import { TYPE } from "@dropclip/synth/from-graph/types";
import { globally } from "../../aws/config.ts";
import { type Around, all, camel, type Found, type Look, plain, shared, unlessAbsent } from "./look.ts";

/** Names that Pulumi writes otherwise than by a small letter at the beginning. */
const NAMES: Record<string, string> = {
  DefaultTTL: "defaultTtl",
  MaxTTL: "maxTtl",
  MinTTL: "minTtl",
  XSSProtection: "xssProtection",
};

/** A value as Pulumi has it: CloudFront's lists without their length, names in small letters. */
function pulumi(value: unknown): any {
  if (Array.isArray(value)) return value.map(pulumi);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== "Quantity")
      .map(([key, member]) => [NAMES[key] ?? key.charAt(0).toLowerCase() + key.slice(1), pulumi(member)]),
  );
}

/** Every page of a list that has a marker and no paginator. */
async function listed<T>(ask: (Marker?: string) => Promise<{ Items?: T[]; NextMarker?: string } | undefined>) {
  const found: T[] = [];
  let marker: string | undefined;
  do {
    const page = await ask(marker);
    found.push(...(page?.Items ?? []));
    marker = page?.NextMarker || undefined;
  } while (marker);
  return found;
}

/** The stage's distributions; their comment tells them apart. */
const distributions = shared(async ({ config, isOurs }: Around) => {
  const client = new CloudFront(globally(config));
  const there = await all(paginateListDistributions({ client }, {}), (page) => page.DistributionList?.Items);
  return Promise.all(
    there
      .filter(({ Comment }) => isOurs(Comment))
      .map(async ({ Id }) => (await client.getDistribution({ Id })).Distribution!),
  );
});

const behaviorOf = (behavior: DefaultCacheBehavior) => ({
  allowedMethods: behavior.AllowedMethods?.Items,
  cachedMethods: behavior.AllowedMethods?.CachedMethods?.Items,
  cachePolicyId: behavior.CachePolicyId,
  compress: behavior.Compress,
  originRequestPolicyId: behavior.OriginRequestPolicyId,
  responseHeadersPolicyId: behavior.ResponseHeadersPolicyId,
  targetOriginId: behavior.TargetOriginId,
  trustedKeyGroups: behavior.TrustedKeyGroups?.Items ?? [],
  trustedSigners: behavior.TrustedSigners?.Items ?? [],
  viewerProtocolPolicy: behavior.ViewerProtocolPolicy,
});

function distributionOf(config: DistributionConfig): Record<string, unknown> {
  const { ViewerCertificate: certificate = {}, Logging: log } = config;
  return {
    aliases: config.Aliases?.Items ?? [],
    comment: config.Comment,
    defaultRootObject: config.DefaultRootObject,
    defaultCacheBehavior: behaviorOf(config.DefaultCacheBehavior!),
    orderedCacheBehaviors: (config.CacheBehaviors?.Items ?? []).map((one) => ({
      pathPattern: one.PathPattern,
      ...behaviorOf(one),
    })),
    customErrorResponses: (config.CustomErrorResponses?.Items ?? []).map((one) => ({
      errorCode: one.ErrorCode,
      errorCachingMinTtl: one.ErrorCachingMinTTL,
      ...(one.ResponseCode && { responseCode: Number(one.ResponseCode) }),
      ...(one.ResponsePagePath && { responsePagePath: one.ResponsePagePath }),
    })),
    enabled: config.Enabled,
    httpVersion: config.HttpVersion?.toLowerCase(),
    isIpv6Enabled: config.IsIPV6Enabled,
    ...(log?.Enabled && { loggingConfig: { bucket: log.Bucket, prefix: log.Prefix } }),
    originGroups: pulumi(config.OriginGroups?.Items ?? []),
    origins: (config.Origins?.Items ?? []).map((one) => ({
      originId: one.Id,
      domainName: one.DomainName,
      originPath: one.OriginPath,
      originAccessControlId: one.OriginAccessControlId,
      ...(one.CustomOriginConfig && {
        customOriginConfig: {
          originProtocolPolicy: one.CustomOriginConfig.OriginProtocolPolicy,
          originSslProtocols: one.CustomOriginConfig.OriginSslProtocols?.Items,
        },
      }),
    })),
    priceClass: config.PriceClass,
    restrictions: {
      geoRestriction: {
        restrictionType: config.Restrictions?.GeoRestriction?.RestrictionType,
        locations: config.Restrictions?.GeoRestriction?.Items ?? [],
      },
    },
    viewerCertificate: {
      cloudfrontDefaultCertificate: certificate.CloudFrontDefaultCertificate,
      acmCertificateArn: certificate.ACMCertificateArn,
      iamCertificateId: certificate.IAMCertificateId,
      minimumProtocolVersion: certificate.MinimumProtocolVersion,
      sslSupportMethod: certificate.SSLSupportMethod,
    },
    webAclId: config.WebACLId,
  };
}

export const EDGE_LOOKS: Look[] = [
  {
    type: TYPE.distribution,
    actions: ["cloudfront:ListDistributions", "cloudfront:GetDistribution"],
    look: async (around) =>
      (await distributions(around)).map(({ Id, ARN, DomainName, DistributionConfig }) => ({
        id: Id!,
        inputs: distributionOf(DistributionConfig!),
        outputs: { arn: ARN, domainName: DomainName },
      })),
  },
  {
    type: TYPE.monitoringSubscription,
    actions: ["cloudfront:ListDistributions", "cloudfront:GetDistribution", "cloudfront:GetMonitoringSubscription"],
    look: async (around) => {
      const client = new CloudFront(globally(around.config));
      const found = await Promise.all(
        (await distributions(around)).map(async ({ Id }): Promise<Found[]> => {
          const asked = client.getMonitoringSubscription({ DistributionId: Id });
          const answer = await unlessAbsent(asked, "NoSuchMonitoringSubscription");
          const monitoringSubscription = camel(answer?.MonitoringSubscription);
          return answer ? [plain({ distributionId: Id, monitoringSubscription })] : [];
        }),
      );
      return found.flat();
    },
  },
  {
    type: TYPE.originAccessControl,
    actions: ["cloudfront:ListOriginAccessControls"],
    look: async ({ config, isOurs }) => {
      const client = new CloudFront(globally(config));
      const there = await listed(
        async (Marker) => (await client.listOriginAccessControls({ Marker })).OriginAccessControlList,
      );
      return there
        .filter(({ Name }) => isOurs(Name))
        .map(({ Id, Name, SigningBehavior, SigningProtocol, OriginAccessControlOriginType }) => ({
          id: Id!,
          inputs: {
            name: Name,
            signingBehavior: SigningBehavior,
            signingProtocol: SigningProtocol,
            originAccessControlOriginType: OriginAccessControlOriginType,
          },
        }));
    },
  },
  {
    type: TYPE.responseHeadersPolicy,
    actions: ["cloudfront:ListResponseHeadersPolicies"],
    look: async ({ config, isOurs }) => {
      const client = new CloudFront(globally(config));
      const there = await listed(
        async (Marker) =>
          (await client.listResponseHeadersPolicies({ Type: "custom", Marker })).ResponseHeadersPolicyList,
      );
      return there
        .map(({ ResponseHeadersPolicy: policy }) => policy!)
        .filter(({ ResponseHeadersPolicyConfig: given }) => isOurs(given!.Name!))
        .map(({ Id, ResponseHeadersPolicyConfig }) => ({ id: Id!, inputs: pulumi(ResponseHeadersPolicyConfig) }));
    },
  },
  {
    type: TYPE.cachePolicy,
    actions: ["cloudfront:ListCachePolicies"],
    look: async ({ config, isOurs }) => {
      const client = new CloudFront(globally(config));
      const there = await listed(
        async (Marker) => (await client.listCachePolicies({ Type: "custom", Marker })).CachePolicyList,
      );
      return there
        .map(({ CachePolicy: policy }) => policy!)
        .filter(({ CachePolicyConfig: given }) => isOurs(given!.Name!))
        .map(({ Id, CachePolicyConfig }) => ({ id: Id!, inputs: pulumi(CachePolicyConfig) }));
    },
  },
];
