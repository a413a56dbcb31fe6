import { TYPE } from "@dropclip/synth/from-graph/types";
import { distributionConfig } from "../config.ts";
import { type Operation, permitted } from "../context.ts";
import { summary } from "../summary.ts";

/** https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_GetDistribution.html */
export const getDistribution: Operation = (service, input, { principal }) => {
  const distribution = permitted(service, input, principal, "cloudfront:GetDistribution");
  const { Id, ARN, Status, LastModifiedTime, DomainName, ...config } = summary(distribution, service);
  const InProgressInvalidationBatches = service.ledger.inProgress(distribution.id).length;
  const identity = { Id, ARN, Status, LastModifiedTime, InProgressInvalidationBatches, DomainName };
  const setting = service.settings.byId(TYPE.distribution, distribution.id);
  const content = { ...identity, DistributionConfig: setting ? distributionConfig(setting) : config };
  return { status: 200, root: "Distribution", content, headers: { etag: distribution.id } };
};
