import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule, when } from "../../rule.ts";

export const firewall: Rule = {
  id: "CloudFront.6",
  title: "Distributions stand behind a firewall",
  severity: "medium",
  types: [TYPE.distribution],
  page: controlPage("CloudFront.6"),
  check: ({ inputs }) => when(!inputs.webAclId, "has no web ACL"),
};
