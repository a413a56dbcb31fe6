import type { Setting } from "@dropclip/synth/cloud";
import { TYPE } from "@dropclip/synth/from-graph/types";
import type { Xml } from "../../protocol/xml.ts";
import { AwsError } from "../../world.ts";
import { accessControl, cachePolicyConfig, headersPolicyConfig, listed } from "../config.ts";
import type { CloudFrontState, Operation } from "../context.ts";

/** A list of all that the account made of a type, in one page, there being few; AWS's own are left out. */
const list =
  (action: string, root: string, element: string, type: string, describe: (one: Setting, modified: string) => Xml) =>
  (own: (state: CloudFrontState) => Record<string, Xml>): Operation =>
  (state, { query }, { principal }) => {
    state.world.authorize(principal, `cloudfront:${action}`, "*");
    const modified = new Date(state.startedAtMs).toISOString();
    const managed = query.get("Type") === "managed";
    const found = managed ? [] : state.settings.of(type).map((one) => describe(one, modified));
    return { status: 200, root, content: { ...own(state), ...listed(element, found) } };
  };

const MOST = { MaxItems: 100 };

/** https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ListOriginAccessControls.html */
export const listOriginAccessControls: Operation = list(
  "ListOriginAccessControls",
  "OriginAccessControlList",
  "OriginAccessControlSummary",
  TYPE.originAccessControl,
  accessControl,
)(() => ({ Marker: "", ...MOST, IsTruncated: false }));

/** https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ListCachePolicies.html */
export const listCachePolicies: Operation = list(
  "ListCachePolicies",
  "CachePolicyList",
  "CachePolicySummary",
  TYPE.cachePolicy,
  (one, LastModifiedTime) => ({
    Type: "custom",
    CachePolicy: { Id: one.id, LastModifiedTime, CachePolicyConfig: cachePolicyConfig(one) },
  }),
)(() => MOST);

/** https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ListResponseHeadersPolicies.html */
export const listResponseHeadersPolicies: Operation = list(
  "ListResponseHeadersPolicies",
  "ResponseHeadersPolicyList",
  "ResponseHeadersPolicySummary",
  TYPE.responseHeadersPolicy,
  (one, LastModifiedTime) => ({
    Type: "custom",
    ResponseHeadersPolicy: {
      Id: one.id,
      LastModifiedTime,
      ResponseHeadersPolicyConfig: headersPolicyConfig(one),
    },
  }),
)(() => MOST);

/** https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_GetMonitoringSubscription.html */
export const getMonitoringSubscription: Operation = ({ world, distributions }, { path }, { principal }) => {
  world.authorize(principal, "cloudfront:GetMonitoringSubscription", "*");
  const distribution = distributions.find(({ id }) => id === path.DistributionId);
  if (!distribution) throw new AwsError("NoSuchDistribution", "The specified distribution does not exist.", 404);
  if (!distribution.additionalMetrics) {
    const message = "The specified distribution does not have a monitoring subscription.";
    throw new AwsError("NoSuchMonitoringSubscription", message, 404);
  }
  const content = { RealtimeMetricsSubscriptionConfig: { RealtimeMetricsSubscriptionStatus: "Enabled" } };
  return { status: 200, root: "MonitoringSubscription", content };
};
