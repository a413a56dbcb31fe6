import type { Distribution } from "@dropclip/synth/cloud";
import { type Answer, type Context, permitted } from "./service.ts";
import type { Xml } from "./xml.ts";

/** GetDistribution: identity, names and origins; the rest of DistributionConfig is left out. */
export function getDistribution(context: Context): Answer {
  const distribution = permitted(context, "cloudfront:GetDistribution");
  const { Id, ARN, Status, LastModifiedTime, DomainName, ...config } = summary(distribution, context);
  const InProgressInvalidationBatches = context.ledger.inProgress(Id as string).length;
  const identity = { Id, ARN, Status, LastModifiedTime, InProgressInvalidationBatches, DomainName };
  const content = { ...identity, DistributionConfig: config } as Xml;
  return { status: 200, root: "Distribution", content, headers: { etag: distribution.id } };
}

/** ListDistributions: all of them in one page, there being few. */
export function listDistributions(context: Context): Answer {
  const { world, distributions, call } = context;
  world.authorize(call.principal, "cloudfront:ListDistributions", "*");
  const Items = { DistributionSummary: distributions.map((one) => summary(one, context)) };
  const Quantity = distributions.length;
  const content = { Marker: "", MaxItems: 100, IsTruncated: "false", Quantity, ...(Quantity > 0 && { Items }) };
  return { status: 200, root: "DistributionList", content: content as Xml };
}

function summary(distribution: Distribution, { world, startedAtMs }: Context): Record<string, Xml> {
  const { id, arn, domainName, aliases, origins } = distribution;
  const Origin = origins.map(({ originId, bucketName, originPath }) => ({
    Id: originId,
    DomainName: `${bucketName}.s3.${world.region}.amazonaws.com`,
    OriginPath: originPath,
  }));
  return {
    Id: id,
    ARN: arn,
    Status: "Deployed",
    LastModifiedTime: new Date(startedAtMs).toISOString(),
    DomainName: domainName,
    Aliases: { Quantity: aliases.length, ...(aliases.length > 0 && { Items: { CNAME: aliases } }) },
    Origins: { Quantity: origins.length, Items: { Origin } },
    Enabled: "true",
  };
}
