import type { OriginRequestPolicy } from "../cloud.ts";
import type { Resource } from "../graph.ts";
import { only, type Reader, refuse } from "./reader.ts";
import { TYPE } from "./types.ts";

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html */
const MANAGED: OriginRequestPolicy[] = [
  {
    // CORS-S3Origin
    id: "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf",
    headers: ["Origin", "Access-Control-Request-Headers", "Access-Control-Request-Method"],
  },
];

/** The policy with that id, from AWS or from the graph. */
export function originRequestPolicy(reader: Reader, from: Resource, id: unknown): OriginRequestPolicy {
  const managed = MANAGED.find((policy) => policy.id === id);
  if (managed) return managed;
  const resource = reader.resolve(from, id, TYPE.originRequestPolicy);
  const { inputs } = resource;
  only(resource, inputs, ["name", "cookiesConfig", "headersConfig", "queryStringsConfig"]);
  const { cookiesConfig, headersConfig, queryStringsConfig } = inputs;
  if ((cookiesConfig?.cookieBehavior ?? "none") !== "none") throw refuse(resource, "no cookies go to the origin");
  if ((queryStringsConfig?.queryStringBehavior ?? "none") !== "none") {
    throw refuse(resource, "only the query strings of the cache key go to the origin");
  }
  if (!["none", "whitelist"].includes(headersConfig?.headerBehavior ?? "none")) {
    throw refuse(resource, `it does not know the header behaviour ${headersConfig.headerBehavior}`);
  }
  return { id: String(resource.id), headers: headersConfig?.headers?.items ?? [] };
}
