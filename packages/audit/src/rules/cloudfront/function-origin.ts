import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule } from "../../rule.ts";

export const functionOrigin: Rule = {
  id: "CloudFront.16",
  title: "Distributions sign what they ask of function URLs",
  severity: "medium",
  types: [TYPE.distribution],
  page: controlPage("CloudFront.16"),
  check: ({ inputs }) =>
    ((inputs.origins ?? []) as { originId: string; domainName: string; originAccessControlId?: string }[])
      .filter(({ domainName, originAccessControlId: id }) => /\.lambda-url\.[^.]+\.on\.aws$/.test(domainName) && !id)
      .map(({ originId }) => ({ part: originId, says: "is a function URL without an origin access control" })),
};
