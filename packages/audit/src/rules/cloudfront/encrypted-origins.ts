import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule } from "../../rule.ts";
import { behavioursOf } from "./behaviours.ts";

export const encryptedOrigins: Rule = {
  id: "CloudFront.9",
  title: "Distributions ask custom origins by HTTPS",
  severity: "medium",
  types: [TYPE.distribution],
  page: controlPage("CloudFront.9"),
  check: (distribution) => {
    const plain = behavioursOf(distribution).some(({ behaviour }) => behaviour.viewerProtocolPolicy === "allow-all");
    return ((distribution.inputs.origins ?? []) as any[]).flatMap(({ originId, customOriginConfig: custom }) => {
      const policy = custom?.originProtocolPolicy;
      const asksPlain = policy === "http-only" || (policy === "match-viewer" && plain);
      return asksPlain ? [{ part: originId, says: `is asked by ${policy}` }] : [];
    });
  },
};
