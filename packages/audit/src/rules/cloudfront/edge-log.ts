import { TYPE } from "@dropclip/synth/from-graph/types";
import { awsPage, type Rule, when } from "../../rule.ts";

export const edgeLog: Rule = {
  id: "own/edge-log",
  title: "Distributions log what they are asked, by legacy or by v2 standard logging",
  severity: "medium",
  types: [TYPE.distribution],
  page: awsPage("AmazonCloudFront/latest/DeveloperGuide/standard-logging.html"),
  check: (distribution, view) => {
    const sources = view.about(TYPE.logSource, "resourceArn", distribution);
    const delivered = sources.some((source) => view.about(TYPE.logDelivery, "deliverySourceName", source).length > 0);
    return when(!delivered && !distribution.inputs.loggingConfig?.bucket, "logs nothing, neither legacy nor v2");
  },
};
