import { type Operation, permitted } from "../context.ts";
import { summary } from "../summary.ts";

/** The rest of DistributionConfig is left out. */
export const getDistribution: Operation = (service, input, { principal }) => {
  const distribution = permitted(service, input, principal, "cloudfront:GetDistribution");
  const { Id, ARN, Status, LastModifiedTime, DomainName, ...config } = summary(distribution, service);
  const InProgressInvalidationBatches = service.ledger.inProgress(distribution.id).length;
  const identity = { Id, ARN, Status, LastModifiedTime, InProgressInvalidationBatches, DomainName };
  const content = { ...identity, DistributionConfig: config };
  return { status: 200, root: "Distribution", content, headers: { etag: distribution.id } };
};
