import type { Distribution } from "@dropclip/synth/cloud";
import { TYPE } from "@dropclip/synth/from-graph/types";
import type { Xml } from "../protocol/xml.ts";
import type { CloudFrontState } from "./context.ts";

/** A distribution's identity, names and origins. */
export function summary(
  distribution: Distribution,
  { world, settings, startedAtMs }: CloudFrontState,
): Record<string, Xml> {
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
    Comment: settings.byId(TYPE.distribution, id)?.inputs.comment ?? "",
    Enabled: true,
  };
}
