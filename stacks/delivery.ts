import { PATTERNS } from "../packages/core/src/keys";
import { HIDDEN_HEADERS, SHOWN_HEADERS } from "./headers";
import { hosts, worldwide } from "./names";
import type { Storage } from "./storage";

const DAY = 24 * 60 * 60;
/** The edge keeps what it has until it is told to forget it. */
const EDGE_SECONDS = 30 * DAY;
/** AWS's own policy "CORS-S3Origin": S3 sees a preflight's headers, and they do not divide the cache. */
const CORS_S3_ORIGIN = "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf";

/** The edge: one distribution over the content and images buckets; the path equals the key. */
export function delivery(buckets: Storage) {
  const headers = new aws.cloudfront.ResponseHeadersPolicy("DeliveryHeaders", {
    name: worldwide("delivery"),
    corsConfig: {
      // Published media is public and carries no credentials: every site may show it.
      accessControlAllowCredentials: false,
      accessControlAllowOrigins: { items: ["*"] },
      accessControlAllowMethods: { items: ["GET", "HEAD"] },
      accessControlAllowHeaders: { items: ["*"] },
      accessControlExposeHeaders: { items: SHOWN_HEADERS },
      accessControlMaxAgeSec: DAY,
      originOverride: true,
    },
    securityHeadersConfig: {
      strictTransportSecurity: { accessControlMaxAgeSec: 365 * DAY, includeSubdomains: true, override: true },
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: "DENY", override: true },
      referrerPolicy: { referrerPolicy: "strict-origin-when-cross-origin", override: true },
    },
    customHeadersConfig: {
      items: [
        // Browsers ask the edge each time and are told that nothing changed: what is hidden, shown again, replaced or
        // deleted is so at once. These headers go with errors too, which must not outlive their cause.
        { header: "Cache-Control", value: "no-cache", override: true },
        { header: "Cross-Origin-Resource-Policy", value: "cross-origin", override: true },
      ],
    },
    removeHeadersConfig: { items: HIDDEN_HEADERS.map((header) => ({ header })) },
  });
  const cache = new aws.cloudfront.CachePolicy("DeliveryCache", {
    name: worldwide("delivery"),
    minTtl: 1,
    defaultTtl: EDGE_SECONDS,
    maxTtl: 365 * DAY,
    parametersInCacheKeyAndForwardedToOrigin: {
      enableAcceptEncodingBrotli: true,
      enableAcceptEncodingGzip: true,
      cookiesConfig: { cookieBehavior: "none" },
      headersConfig: { headerBehavior: "none" },
      queryStringsConfig: { queryStringBehavior: "none" },
    },
  });
  const control = new aws.cloudfront.OriginAccessControl("DeliveryAccess", {
    name: worldwide("delivery"),
    originAccessControlOriginType: "s3",
    signingBehavior: "always",
    signingProtocol: "sigv4",
  });
  const behavior = (targetOriginId: "content" | "images") => ({
    targetOriginId,
    viewerProtocolPolicy: "redirect-to-https",
    allowedMethods: ["GET", "HEAD", "OPTIONS"],
    cachedMethods: ["GET", "HEAD"],
    compress: true,
    cachePolicyId: cache.id,
    originRequestPolicyId: CORS_S3_ORIGIN,
    responseHeadersPolicyId: headers.id,
  });
  const origin = (originId: "content" | "images") => ({
    originId,
    domainName: buckets[originId].domain,
    originAccessControlId: control.id,
  });
  const host = hosts()?.media;
  const cdn = new sst.aws.Cdn("Delivery", {
    comment: worldwide("delivery"),
    wait: false,
    ...(host ? { domain: host } : {}),
    origins: [origin("content"), origin("images")],
    defaultCacheBehavior: behavior("content"),
    orderedCacheBehaviors: [PATTERNS.photos, PATTERNS.flyers, PATTERNS.pictures].map((pattern) => ({
      pathPattern: `/${pattern}`,
      ...behavior("images"),
    })),
    transform: {
      distribution: (args) => {
        args.httpVersion = "http2and3";
      },
    },
  });
  const { arn, id } = cdn.nodes.distribution;
  const url = host ? $util.output(`https://${host}`) : cdn.url;
  return { distributionArn: arn, distributionId: id, url };
}
export type Delivery = ReturnType<typeof delivery>;
