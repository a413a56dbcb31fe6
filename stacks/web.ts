import { bucket, readableBy } from "./bucket";
import { STORAGE_HEADERS } from "./headers";
import { later } from "./later";
import { hosts, type Names, worldwide } from "./names";

const DAY = 24 * 60 * 60;
/** What tabs that were opened before a publish may still ask for. */
const RETIRED_DAYS = 30;
/**
 * AWS's own policy "CachingOptimized": nothing of a request divides the cache, and files say themselves how long they
 * hold.
 */
const CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6";

/**
 * What pages may do, as far as it is the same in every stage. Which hosts they may reach is known once the API is
 * there, and the API must know where the pages are: `connect-src`, `img-src` and `media-src` stand in the page itself,
 * where `dropclip pages publish` writes the hosts. Browsers hold to both.
 */
const SECURITY_POLICY = [
  "script-src 'self'",
  "style-src 'self'",
  "worker-src 'self'",
  "font-src 'self'",
  "manifest-src 'self'",
  "object-src 'none'",
  "frame-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

function headers() {
  return new aws.cloudfront.ResponseHeadersPolicy("PagesHeaders", {
    name: worldwide("pages"),
    securityHeadersConfig: {
      contentSecurityPolicy: { contentSecurityPolicy: SECURITY_POLICY, override: true },
      // Without names below it: a domain of one's own may have others there.
      strictTransportSecurity: { accessControlMaxAgeSec: 365 * DAY, override: true },
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: "DENY", override: true },
      referrerPolicy: { referrerPolicy: "strict-origin-when-cross-origin", override: true },
    },
    customHeadersConfig: {
      items: [
        { header: "Cross-Origin-Opener-Policy", value: "same-origin", override: true },
        { header: "Cross-Origin-Resource-Policy", value: "same-origin", override: true },
        // Films and pictures are taken by the phone's own camera app.
        { header: "Permissions-Policy", value: "camera=(), geolocation=(), microphone=()", override: true },
      ],
    },
    removeHeadersConfig: { items: STORAGE_HEADERS.map((header) => ({ header })) },
  });
}

/**
 * Where the pages live: a private bucket and the distribution before it. The files in it are data, put there by
 * `dropclip pages publish`. A path that is no file is one of the app's own, which `index.html` answers.
 */
export function web(names: Names) {
  const served = later<string>();
  const files = bucket("Pages", names.pages, { policy: [readableBy(served.value)] }, [
    {
      id: "remove-retired",
      status: "Enabled",
      // Publishing marks what the pages no longer name.
      filter: { tag: { key: "retired", value: "true" } },
      expiration: { days: RETIRED_DAYS },
    },
  ]);
  const control = new aws.cloudfront.OriginAccessControl("PagesAccess", {
    name: worldwide("pages"),
    originAccessControlOriginType: "s3",
    signingBehavior: "always",
    signingProtocol: "sigv4",
  });
  const host = hosts()?.pages;
  const cdn = new sst.aws.Cdn("PagesDelivery", {
    comment: worldwide("pages"),
    wait: false,
    ...(host ? { domain: host } : {}),
    origins: [{ originId: "pages", domainName: files.domain, originAccessControlId: control.id }],
    defaultRootObject: "index.html",
    defaultCacheBehavior: {
      targetOriginId: "pages",
      viewerProtocolPolicy: "redirect-to-https",
      allowedMethods: ["GET", "HEAD"],
      cachedMethods: ["GET", "HEAD"],
      compress: true,
      cachePolicyId: CACHING_OPTIMIZED,
      responseHeadersPolicyId: headers().id,
    },
    // S3 says 403 of a key that is not there to those who may not list. Never kept: the file may come.
    customErrorResponses: [403, 404].map((errorCode) => ({
      errorCode,
      responseCode: 200,
      responsePagePath: "/index.html",
      errorCachingMinTtl: 0,
    })),
    transform: {
      distribution: (args) => {
        args.httpVersion = "http2and3";
      },
    },
  });
  const { arn, id } = cdn.nodes.distribution;
  served.resolve(arn);
  const url = host ? $util.output(`https://${host}`) : cdn.url;
  // What is made of `index.html` follows a new one.
  new aws.s3.BucketNotification("PagesNotification", { bucket: files.component.name, eventbridge: true });
  return { bucket: files.bucket, arn: files.arn, files, distributionId: id, distributionArn: arn, url };
}
export type Web = ReturnType<typeof web>;
