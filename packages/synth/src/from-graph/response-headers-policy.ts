import type { PolicyHeader, ResponseHeadersPolicy } from "../cloud.ts";
import type { Resource } from "../graph.ts";
import { only, type Reader, refuse } from "./reader.ts";
import { TYPE } from "./types.ts";

type Config = Record<string, any>;

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html */
const MANAGED: ResponseHeadersPolicy[] = [
  {
    // CORS-and-SecurityHeadersPolicy
    id: "e61eb60c-9c35-4d20-a928-2b84e02af89c",
    cors: {
      allowCredentials: false,
      allowHeaders: [],
      allowMethods: [],
      allowOrigins: ["*"],
      exposeHeaders: [],
      originOverride: false,
    },
    headers: [
      { header: "Referrer-Policy", value: "strict-origin-when-cross-origin", override: false },
      { header: "Strict-Transport-Security", value: "max-age=31536000", override: false },
      { header: "X-Content-Type-Options", value: "nosniff", override: true },
      { header: "X-Frame-Options", value: "SAMEORIGIN", override: false },
      { header: "X-XSS-Protection", value: "1; mode=block", override: false },
    ],
    removeHeaders: [],
  },
];

/** The policy with that id, from AWS or from the graph. */
export function responseHeadersPolicy(reader: Reader, from: Resource, id: unknown): ResponseHeadersPolicy {
  const managed = MANAGED.find((policy) => policy.id === id);
  if (managed) return managed;
  const resource = reader.resolve(from, id, TYPE.responseHeadersPolicy);
  const { inputs } = resource;
  only(resource, inputs, ["name", "corsConfig", "securityHeadersConfig", "customHeadersConfig", "removeHeadersConfig"]);
  const custom: PolicyHeader[] = inputs.customHeadersConfig?.items ?? [];
  const removed: { header: string }[] = inputs.removeHeadersConfig?.items ?? [];
  checkRemoved(
    resource,
    removed.map(({ header }) => header),
  );
  return {
    id: String(resource.id),
    ...(inputs.corsConfig ? { cors: cors(inputs.corsConfig) } : {}),
    headers: [
      ...securityHeaders(resource, inputs.securityHeadersConfig ?? {}),
      ...custom.map(({ header, value, override }) => ({ header, value, override: override ?? false })),
    ],
    removeHeaders: removed.map(({ header }) => header),
  };
}

/** AWS: "Headers that you can't remove" (understanding response headers policies); the maximum: quotas on policies. */
const NOT_REMOVABLE =
  /^(connection|content-encoding|content-length|expect|host|keep-alive|proxy-(authenticate|authorization|connection)|trailer|transfer-encoding|upgrade|via|warning|x-accel-(buffering|charset|limit-rate|redirect)|x-amz-cf-.*|x-amzn-(auth|cf-billing|cf-id|cf-xff|errortype|fle-profile|header-count|header-order|lambda-integration-tag|requestid)|x-cache|x-edge-.*|x-forwarded-proto|x-real-ip)$/i;
const REMOVED_AT_MOST = 10;

function checkRemoved(resource: Resource, names: string[]) {
  const name = names.find((one) => NOT_REMOVABLE.test(one) || !/^[!#$%&'+.^_`|~0-9a-z-]+$/i.test(one));
  if (name) throw refuse(resource, `CloudFront does not remove the header ${name}`);
  if (names.length > REMOVED_AT_MOST)
    throw refuse(resource, `CloudFront removes at most ${REMOVED_AT_MOST} headers, not ${names.length}`);
}

function cors(config: Config): ResponseHeadersPolicy["cors"] {
  const maxAge = config.accessControlMaxAgeSec;
  return {
    allowCredentials: config.accessControlAllowCredentials ?? false,
    allowHeaders: config.accessControlAllowHeaders?.items ?? [],
    allowMethods: config.accessControlAllowMethods?.items ?? [],
    allowOrigins: config.accessControlAllowOrigins?.items ?? [],
    exposeHeaders: config.accessControlExposeHeaders?.items ?? [],
    ...(maxAge === undefined ? {} : { maxAgeSeconds: maxAge }),
    originOverride: config.originOverride ?? false,
  };
}

/** Each member of a `securityHeadersConfig` and the header it writes. */
const SECURITY: Record<string, (config: Config) => [header: string, value: string]> = {
  contentSecurityPolicy: (config) => ["Content-Security-Policy", config.contentSecurityPolicy],
  contentTypeOptions: () => ["X-Content-Type-Options", "nosniff"],
  frameOptions: (config) => ["X-Frame-Options", config.frameOption],
  referrerPolicy: (config) => ["Referrer-Policy", config.referrerPolicy],
  strictTransportSecurity: (config) => {
    const parts = [`max-age=${config.accessControlMaxAgeSec}`];
    if (config.includeSubdomains) parts.push("includeSubDomains");
    if (config.preload) parts.push("preload");
    return ["Strict-Transport-Security", parts.join("; ")];
  },
  xssProtection: (config) => {
    const parts = [config.protection ? "1" : "0"];
    if (config.protection && config.modeBlock) parts.push("mode=block");
    if (config.protection && config.reportUri) parts.push(`report=${config.reportUri}`);
    return ["X-XSS-Protection", parts.join("; ")];
  },
};

function securityHeaders(resource: Resource, configs: Record<string, Config>): PolicyHeader[] {
  only(resource, configs, Object.keys(SECURITY), "securityHeadersConfig.");
  return Object.entries(SECURITY).flatMap(([key, write]) => {
    const config = configs[key];
    if (!config) return [];
    const [header, value] = write(config);
    return [{ header, value, override: config.override ?? false }];
  });
}
