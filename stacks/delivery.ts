import { type Names, named } from "./names";

const DAY = 24 * 60 * 60;
/** Browsers ask again soon, so that what is replaced or deleted goes away; the edge keeps it until it is told. */
const BROWSER_SECONDS = 300;
const EDGE_SECONDS = 30 * DAY;

/** The edge: one distribution over the content and images buckets; the path equals the key. */
export function delivery(names: Names) {
  const headers = new aws.cloudfront.ResponseHeadersPolicy("DeliveryHeaders", {
    name: named("delivery"),
    corsConfig: {
      // Published media is public and carries no credentials: every site may show it.
      accessControlAllowCredentials: false,
      accessControlAllowOrigins: { items: ["*"] },
      accessControlAllowMethods: { items: ["GET", "HEAD", "OPTIONS"] },
      accessControlAllowHeaders: { items: ["Range", "If-None-Match", "If-Modified-Since"] },
      accessControlExposeHeaders: { items: ["Accept-Ranges", "Content-Length", "Content-Range", "ETag"] },
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
        { header: "Cache-Control", value: `public, max-age=${BROWSER_SECONDS}`, override: true },
        { header: "Cross-Origin-Resource-Policy", value: "cross-origin", override: true },
      ],
    },
  });
  const cache = new aws.cloudfront.CachePolicy("DeliveryCache", {
    name: named("delivery"),
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
    name: named("delivery"),
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
    responseHeadersPolicyId: headers.id,
  });
  // Names, not the bucket components' domains: those wait for the bucket policy, which waits for the distribution.
  const origin = (originId: "content" | "images") => ({
    originId,
    domainName: names[originId].regionalDomain,
    originAccessControlId: control.id,
  });
  const cdn = new sst.aws.Cdn("Delivery", {
    comment: named("delivery"),
    wait: false,
    origins: [origin("content"), origin("images")],
    defaultCacheBehavior: behavior("content"),
    orderedCacheBehaviors: ["/events/*/uploads/*/images/*", "/events/*/flyer/*", "/profiles/*"].map((pathPattern) => ({
      pathPattern,
      ...behavior("images"),
    })),
    transform: {
      distribution: (args) => {
        args.httpVersion = "http2and3";
      },
    },
  });
  const { arn, id } = cdn.nodes.distribution;
  return { distributionArn: arn, distributionId: id, url: cdn.url };
}
export type Delivery = ReturnType<typeof delivery>;
