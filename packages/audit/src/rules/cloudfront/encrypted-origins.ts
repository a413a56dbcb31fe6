import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule } from "../../rule.ts";

export const encryptedOrigins: Rule = {
  id: "CloudFront.9",
  title: "Distributions ask custom origins by HTTPS",
  severity: "medium",
  types: [TYPE.distribution],
  page: controlPage("CloudFront.9"),
  check: ({ inputs }) =>
    ((inputs.origins ?? []) as any[]).flatMap(({ originId, customOriginConfig: custom }) =>
      custom && custom.originProtocolPolicy !== "https-only"
        ? [{ part: originId, says: `is asked by ${custom.originProtocolPolicy}` }]
        : [],
    ),
};
