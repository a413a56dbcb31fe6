import type { Setting } from "@dropclip/synth/cloud";
import type { Xml } from "../protocol/xml.ts";

type Inputs = Record<string, any>;

/** Names that CloudFront writes otherwise than by capital letters at their beginning. */
const NAMES: Record<string, string> = {
  defaultTtl: "DefaultTTL",
  maxTtl: "MaxTTL",
  minTtl: "MinTTL",
  xssProtection: "XSSProtection",
};

/** Values under CloudFront's names; lists are written by hand, since each has an element name of its own. */
export function named(inputs: Inputs): Record<string, Xml> {
  const entries = Object.entries(inputs).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(
    entries.map(([key, value]) => [
      NAMES[key] ?? key.charAt(0).toUpperCase() + key.slice(1),
      typeof value === "object" ? named(value) : value,
    ]),
  );
}

/** A list as CloudFront has it: with its length, and no `Items` where it is empty. */
export const listed = (element: string, items: readonly Xml[] = []): Record<string, Xml> => ({
  Quantity: items.length,
  ...(items.length > 0 && { Items: { [element]: [...items] } }),
});

/** `DistributionConfig`, with CloudFront's defaults. https://docs.aws.amazon.com/cloudfront/latest/APIReference/ */
export function distributionConfig({ id, inputs }: Setting): Record<string, Xml> {
  const { defaultCacheBehavior, loggingConfig: log, viewerCertificate = {}, restrictions } = inputs;
  const ordered: Inputs[] = inputs.orderedCacheBehaviors ?? [];
  const origins: Inputs[] = inputs.origins ?? [];
  const responses: Inputs[] = inputs.customErrorResponses ?? [];
  return {
    CallerReference: id,
    Aliases: listed("CNAME", inputs.aliases),
    DefaultRootObject: inputs.defaultRootObject ?? "",
    Origins: listed("Origin", origins.map(originOf)),
    OriginGroups: { Quantity: (inputs.originGroups ?? []).length },
    DefaultCacheBehavior: behaviorOf(defaultCacheBehavior),
    CacheBehaviors: listed(
      "CacheBehavior",
      ordered.map(({ pathPattern, ...behavior }) => ({ PathPattern: pathPattern, ...behaviorOf(behavior) })),
    ),
    CustomErrorResponses: listed("CustomErrorResponse", responses.map(errorResponseOf)),
    Comment: inputs.comment ?? "",
    Logging: {
      Enabled: log?.bucket !== undefined,
      IncludeCookies: log?.includeCookies ?? false,
      Bucket: log?.bucket ?? "",
      Prefix: log?.prefix ?? "",
    },
    PriceClass: inputs.priceClass ?? "PriceClass_All",
    Enabled: inputs.enabled,
    ViewerCertificate: certificateOf(viewerCertificate),
    Restrictions: {
      GeoRestriction: {
        RestrictionType: restrictions?.geoRestriction?.restrictionType ?? "none",
        ...listed("Location", restrictions?.geoRestriction?.locations),
      },
    },
    WebACLId: inputs.webAclId ?? "",
    HttpVersion: inputs.httpVersion ?? "http2",
    IsIPV6Enabled: inputs.isIpv6Enabled ?? false,
  };
}

const originOf = (origin: Inputs): Xml => ({
  Id: origin.originId,
  DomainName: origin.domainName,
  OriginPath: origin.originPath ?? "",
  CustomHeaders: { Quantity: 0 },
  S3OriginConfig: { OriginAccessIdentity: "" },
  ConnectionAttempts: origin.connectionAttempts ?? 3,
  ConnectionTimeout: origin.connectionTimeout ?? 10,
  OriginShield: { Enabled: false },
  OriginAccessControlId: origin.originAccessControlId ?? "",
});

const behaviorOf = (behavior: Inputs): Record<string, Xml> => ({
  TargetOriginId: behavior.targetOriginId,
  TrustedSigners: { Enabled: false, Quantity: 0 },
  TrustedKeyGroups: {
    Enabled: (behavior.trustedKeyGroups ?? []).length > 0,
    ...listed("KeyGroup", behavior.trustedKeyGroups),
  },
  ViewerProtocolPolicy: behavior.viewerProtocolPolicy,
  AllowedMethods: {
    ...listed("Method", behavior.allowedMethods),
    CachedMethods: listed("Method", behavior.cachedMethods),
  },
  SmoothStreaming: false,
  Compress: behavior.compress ?? false,
  LambdaFunctionAssociations: { Quantity: 0 },
  FunctionAssociations: { Quantity: 0 },
  FieldLevelEncryptionId: "",
  CachePolicyId: behavior.cachePolicyId,
  OriginRequestPolicyId: behavior.originRequestPolicyId,
  ResponseHeadersPolicyId: behavior.responseHeadersPolicyId,
});

const errorResponseOf = (response: Inputs): Xml => ({
  ErrorCode: response.errorCode,
  ResponsePagePath: response.responsePagePath ?? "",
  ResponseCode: response.responseCode ?? "",
  ErrorCachingMinTTL: response.errorCachingMinTtl ?? 10,
});

/** CloudFront's own certificate has a TLS policy of its own, whatever is asked for. */
function certificateOf({ acmCertificateArn, minimumProtocolVersion, sslSupportMethod }: Inputs): Xml {
  if (!acmCertificateArn)
    return {
      CloudFrontDefaultCertificate: true,
      SSLSupportMethod: "vip",
      MinimumProtocolVersion: "TLSv1",
      CertificateSource: "cloudfront",
    };
  return {
    CloudFrontDefaultCertificate: false,
    ACMCertificateArn: acmCertificateArn,
    SSLSupportMethod: sslSupportMethod,
    MinimumProtocolVersion: minimumProtocolVersion ?? "TLSv1",
    Certificate: acmCertificateArn,
    CertificateSource: "acm",
  };
}

/** `OriginAccessControlSummary`. */
export const accessControl = ({ id, inputs }: Setting): Xml => ({
  Id: id,
  Description: inputs.description ?? "",
  Name: inputs.name,
  SigningProtocol: inputs.signingProtocol,
  SigningBehavior: inputs.signingBehavior,
  OriginAccessControlOriginType: inputs.originAccessControlOriginType,
});

/** `CachePolicyConfig`. */
export function cachePolicyConfig({ inputs }: Setting): Xml {
  const { name, comment, defaultTtl, maxTtl, minTtl } = inputs;
  const { headersConfig, cookiesConfig, queryStringsConfig, ...rest } =
    inputs.parametersInCacheKeyAndForwardedToOrigin ?? {};
  return {
    ...named({ comment: comment ?? "", name, defaultTtl, maxTtl, minTtl }),
    ParametersInCacheKeyAndForwardedToOrigin: {
      ...named(rest),
      HeadersConfig: { ...choice(headersConfig, "headers", "Name") },
      CookiesConfig: { ...choice(cookiesConfig, "cookies", "Name") },
      QueryStringsConfig: { ...choice(queryStringsConfig, "queryStrings", "Name") },
    },
  };
}

function choice(config: Inputs = {}, key: string, element: string): Record<string, Xml> {
  const { [key]: chosen, ...rest } = config;
  return { ...named(rest), ...(chosen?.items && { ...named({ [key]: listed(element, chosen.items) }) }) };
}

/** `ResponseHeadersPolicyConfig`. */
export function headersPolicyConfig({ inputs }: Setting): Xml {
  const { name, comment, corsConfig: cors, securityHeadersConfig, customHeadersConfig, removeHeadersConfig } = inputs;
  return {
    Comment: comment ?? "",
    Name: name,
    ...(cors && { CorsConfig: corsOf(cors) }),
    ...(securityHeadersConfig && { SecurityHeadersConfig: named(securityHeadersConfig) }),
    ...(customHeadersConfig && {
      CustomHeadersConfig: listed("ResponseHeadersPolicyCustomHeader", customHeadersConfig.items.map(named)),
    }),
    ...(removeHeadersConfig && {
      RemoveHeadersConfig: listed("ResponseHeadersPolicyRemoveHeader", removeHeadersConfig.items.map(named)),
    }),
  };
}

function corsOf(cors: Inputs): Xml {
  const { accessControlAllowOrigins, accessControlAllowHeaders, accessControlAllowMethods, ...others } = cors;
  const { accessControlExposeHeaders, ...rest } = others;
  return {
    AccessControlAllowOrigins: listed("Origin", accessControlAllowOrigins.items),
    AccessControlAllowHeaders: listed("Header", accessControlAllowHeaders.items),
    AccessControlAllowMethods: listed("Method", accessControlAllowMethods.items),
    ...(accessControlExposeHeaders && {
      AccessControlExposeHeaders: listed("Header", accessControlExposeHeaders.items),
    }),
    ...named(rest),
  };
}
