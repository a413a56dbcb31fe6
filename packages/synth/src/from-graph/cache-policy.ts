import type { CachePolicy } from "../cloud.ts";
import type { Resource } from "../graph.ts";
import { only, type Reader, refuse } from "./reader.ts";
import { TYPE } from "./types.ts";

/** CloudFront's defaults where a policy has no value: a day, a year. */
const DEFAULT_TTL_SECONDS = 24 * 60 * 60;
const MAX_TTL_SECONDS = 365 * DEFAULT_TTL_SECONDS;

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html */
const MANAGED: CachePolicy[] = [
  {
    // CachingOptimized
    id: "658327ea-f89d-4fab-a63d-7e88639e58f6",
    minTtlSeconds: 1,
    defaultTtlSeconds: DEFAULT_TTL_SECONDS,
    maxTtlSeconds: MAX_TTL_SECONDS,
    gzip: true,
    brotli: true,
    headers: [],
    queryStrings: "none",
  },
  {
    // CachingOptimizedForUncompressedObjects
    id: "b2884449-e4de-46a7-ac36-70bc7f1ddd6d",
    minTtlSeconds: 1,
    defaultTtlSeconds: DEFAULT_TTL_SECONDS,
    maxTtlSeconds: MAX_TTL_SECONDS,
    gzip: false,
    brotli: false,
    headers: [],
    queryStrings: "none",
  },
  {
    // CachingDisabled
    id: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
    minTtlSeconds: 0,
    defaultTtlSeconds: 0,
    maxTtlSeconds: 0,
    gzip: false,
    brotli: false,
    headers: [],
    queryStrings: "none",
  },
];

/** The policy with that id, from AWS or from the graph. */
export function cachePolicy(reader: Reader, from: Resource, id: unknown): CachePolicy {
  const managed = MANAGED.find((policy) => policy.id === id);
  if (managed) return managed;
  const resource = reader.resolve(from, id, TYPE.cachePolicy);
  const { inputs } = resource;
  only(resource, inputs, ["name", "minTtl", "defaultTtl", "maxTtl", "parametersInCacheKeyAndForwardedToOrigin"]);
  const key = inputs.parametersInCacheKeyAndForwardedToOrigin ?? {};
  const { cookiesConfig, headersConfig, queryStringsConfig } = key;
  if ((cookiesConfig?.cookieBehavior ?? "none") !== "none")
    throw refuse(resource, "it caches without regard to cookies");
  if (!["none", "whitelist"].includes(headersConfig?.headerBehavior ?? "none")) {
    throw refuse(resource, `it does not know the header behaviour ${headersConfig.headerBehavior}`);
  }
  return {
    id: String(resource.id),
    minTtlSeconds: inputs.minTtl ?? 0,
    defaultTtlSeconds: inputs.defaultTtl ?? DEFAULT_TTL_SECONDS,
    maxTtlSeconds: inputs.maxTtl ?? MAX_TTL_SECONDS,
    gzip: key.enableAcceptEncodingGzip ?? false,
    brotli: key.enableAcceptEncodingBrotli ?? false,
    headers: headersConfig?.headers?.items ?? [],
    queryStrings: queryStrings(resource, queryStringsConfig),
  };
}

function queryStrings(resource: Resource, config: Record<string, any> | undefined): CachePolicy["queryStrings"] {
  const behavior = config?.queryStringBehavior ?? "none";
  if (behavior === "none" || behavior === "all") return behavior;
  if (behavior === "whitelist") return config?.queryStrings?.items ?? [];
  throw refuse(resource, `it does not know the query-string behaviour ${behavior}`);
}
