import type { Operation } from "../context.ts";
import { summary } from "../summary.ts";

/** All of them in one page, there being few. */
export const listDistributions: Operation = (service, _input, { principal }) => {
  service.world.authorize(principal, "cloudfront:ListDistributions", "*");
  const Quantity = service.distributions.length;
  const Items = { DistributionSummary: service.distributions.map((one) => summary(one, service)) };
  const content = { Marker: "", MaxItems: 100, IsTruncated: false, Quantity, ...(Quantity > 0 && { Items }) };
  return { status: 200, root: "DistributionList", content };
};
