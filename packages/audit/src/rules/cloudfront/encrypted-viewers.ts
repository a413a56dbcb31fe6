import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule } from "../../rule.ts";
import { behavioursOf } from "./behaviours.ts";

export const encryptedViewers: Rule = {
  id: "CloudFront.3",
  title: "Distributions answer by HTTPS only",
  severity: "medium",
  types: [TYPE.distribution],
  page: controlPage("CloudFront.3"),
  check: (distribution) =>
    behavioursOf(distribution)
      .filter(({ behaviour }) => !["redirect-to-https", "https-only"].includes(behaviour.viewerProtocolPolicy))
      .map(({ path, behaviour }) => ({ part: path, says: `viewers may use ${behaviour.viewerProtocolPolicy}` })),
};
