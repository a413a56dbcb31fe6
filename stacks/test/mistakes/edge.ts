import type { Resource } from "@dropclip/synth/graph";
import { type Change, type Mistake, remove, set, within } from "./change.ts";

const media = (change: (inputs: any, resource: Resource) => void) =>
  within("Distribution", "DeliveryDistribution", change);
const first = (change: object) => media((inputs) => Object.assign(inputs.defaultCacheBehavior, change));
const origin = (change: object): Change => media((inputs) => Object.assign(inputs.origins[0], change));
const own = (change: object) =>
  media((inputs) => Object.assign(inputs, { viewerCertificate: { acmCertificateArn: "arn:aws:acm", ...change } }));
const fields = (...more: string[]) =>
  within("LogDelivery", "MediaLogDelivery", (inputs) => void inputs.recordFields.push(...more));

export const EDGE: Mistake[] = [
  [
    "pages without a root object",
    set("Distribution", "PagesDeliveryDistribution", { defaultRootObject: undefined }),
    "CloudFront.1",
    "PagesDeliveryDistribution",
  ],
  ["a behaviour by plain HTTP", first({ viewerProtocolPolicy: "allow-all" }), "CloudFront.3", "DeliveryDistribution#*"],
  [
    "a distribution that logs nothing",
    remove("LogDelivery", "PagesLogDelivery"),
    "own/edge-log",
    "PagesDeliveryDistribution",
  ],
  ["a log with addresses", fields("c-ip"), "own/edge-log-fields", "MediaLogDelivery#c-ip"],
  ["a log with cookies", fields("cs(Cookie)"), "own/edge-log-fields", "MediaLogDelivery#cs(Cookie)"],
  [
    "a log of everything",
    set("LogDelivery", "MediaLogDelivery", { recordFields: undefined }),
    "own/edge-log-fields",
    "MediaLogDelivery",
  ],
  [
    "a certificate with old TLS",
    own({ sslSupportMethod: "sni-only", minimumProtocolVersion: "TLSv1.1_2016" }),
    "CloudFront.15",
    "DeliveryDistribution",
  ],
  ["a certificate by address", own({ sslSupportMethod: "vip" }), "CloudFront.8", "DeliveryDistribution"],
  [
    "an origin asked by plain HTTP",
    origin({ domainName: "x.example.com", customOriginConfig: { originProtocolPolicy: "http-only" } }),
    "CloudFront.9",
    "DeliveryDistribution#content",
  ],
  [
    "an origin asked by TLS 1.0",
    origin({ domainName: "x.example.com", customOriginConfig: { originSslProtocols: ["TLSv1"] } }),
    "CloudFront.10",
    "DeliveryDistribution#content",
  ],
  [
    "an origin that is nobody's bucket",
    origin({ domainName: "gone.s3.us-east-1.amazonaws.com" }),
    "CloudFront.12",
    "DeliveryDistribution#content",
  ],
  [
    "an origin without access control",
    origin({ originAccessControlId: undefined }),
    "CloudFront.13",
    "DeliveryDistribution#content",
  ],
  [
    "an access control that never signs",
    set("OriginAccessControl", "DeliveryAccess", { signingBehavior: "never" }),
    "CloudFront.13",
    "DeliveryDistribution#images",
  ],
  [
    "a function URL that anybody may go round to",
    origin({ domainName: "abc.lambda-url.us-east-1.on.aws", originAccessControlId: undefined }),
    "CloudFront.16",
    "DeliveryDistribution#content",
  ],
  [
    "writes through the edge",
    first({ allowedMethods: ["GET", "HEAD", "PUT", "DELETE"] }),
    "own/edge-methods",
    "DeliveryDistribution#*",
  ],
  [
    "no promise of TLS",
    within("ResponseHeadersPolicy", "DeliveryHeaders", (inputs) => {
      inputs.securityHeadersConfig.strictTransportSecurity = undefined;
    }),
    "own/security-headers",
    "DeliveryHeaders#Strict-Transport-Security",
  ],
  [
    "types that browsers may guess",
    within("ResponseHeadersPolicy", "DeliveryHeaders", (inputs) => {
      inputs.securityHeadersConfig.contentTypeOptions = undefined;
    }),
    "own/security-headers",
    "DeliveryHeaders#X-Content-Type-Options",
  ],
  [
    "a behaviour without headers",
    first({ responseHeadersPolicyId: undefined }),
    "own/behaviour-headers",
    "DeliveryDistribution#*",
  ],
];
