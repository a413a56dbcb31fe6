import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule, when } from "../../rule.ts";
import { behavioursOf } from "./behaviours.ts";

export const signedUrls: Rule = {
  id: "CloudFront.17",
  title: "Distributions let in who has a URL or cookie signed by a trusted key group",
  severity: "medium",
  types: [TYPE.distribution],
  page: controlPage("CloudFront.17"),
  check: (distribution) => {
    const open = behavioursOf(distribution).filter(({ behaviour }) => !behaviour.trustedKeyGroups?.length);
    const signers = behavioursOf(distribution).filter(({ behaviour }) => behaviour.trustedSigners?.length);
    return [
      ...when(open.length > 0, `anybody may ask for ${open.map(({ path }) => path).join(", ")}`),
      ...when(signers.length > 0, `whole accounts may sign for ${signers.map(({ path }) => path).join(", ")}`),
    ];
  },
};
