import type { LogTarget } from "./log-target.ts";

export interface CachePolicy {
  id: string;
  minTtlSeconds: number;
  defaultTtlSeconds: number;
  maxTtlSeconds: number;
  gzip: boolean;
  brotli: boolean;
  /** Names that are part of the cache key. */
  headers: string[];
  queryStrings: "none" | "all" | string[];
}

/** The parts that go to the origin in addition to the cache key. */
export interface OriginRequestPolicy {
  id: string;
  headers: string[];
}

/** A header that the response-headers policy sets; `override` replaces the origin's own. */
export interface PolicyHeader {
  header: string;
  value: string;
  override: boolean;
}

export interface ResponseHeadersPolicy {
  id: string;
  cors?: {
    allowCredentials: boolean;
    allowHeaders: string[];
    allowMethods: string[];
    allowOrigins: string[];
    exposeHeaders: string[];
    maxAgeSeconds?: number;
    originOverride: boolean;
  };
  /** Security and custom headers. */
  headers: PolicyHeader[];
  removeHeaders: string[];
}

export interface CacheBehavior {
  /** `events/*` as CloudFront has it; `*` for the default behaviour. */
  pathPattern: string;
  originId: string;
  viewerProtocolPolicy: "redirect-to-https" | "https-only" | "allow-all";
  allowedMethods: string[];
  cachedMethods: string[];
  compress: boolean;
  cachePolicy: CachePolicy;
  originRequestPolicy?: OriginRequestPolicy;
  responseHeadersPolicy?: ResponseHeadersPolicy;
}

/** The delivery of a distribution's access logs (standard logging v2) to a bucket, as JSON. */
export interface AccessLog extends LogTarget {
  /** For which CloudWatch Logs writes. */
  sourceArn: string;
  /** Follows the prefix; may name `{yyyy}` and so on. */
  suffixPath: string;
  /** Names of what is written of each request, in their order. */
  fields: string[];
}

export interface Distribution {
  id: string;
  arn: string;
  /** `d123.cloudfront.net`. */
  domainName: string;
  aliases: string[];
  /** Key of what is served at `/`. */
  defaultRootObject?: string;
  origins: { originId: string; bucketName: string; originPath: string; originAccessControl: boolean }[];
  /** In order of precedence, without the default. */
  behaviors: CacheBehavior[];
  defaultBehavior: CacheBehavior;
  customErrorResponses: {
    errorCode: number;
    responseCode?: number;
    responsePagePath?: string;
    errorCachingMinTtlSeconds?: number;
  }[];
  /** Whether a monitoring subscription asks for the additional metrics: cache hit rate, origin latency. */
  additionalMetrics: boolean;
  accessLogs: AccessLog[];
}
