import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule, when } from "../../rule.ts";

export const privateIntegration: Rule = {
  id: "APIGateway.10",
  title: "Integrations over private connections use HTTPS",
  severity: "medium",
  types: [TYPE.apiIntegration],
  page: controlPage("APIGateway.10"),
  check: ({ inputs }) =>
    when(inputs.connectionType === "VPC_LINK" && !inputs.tlsConfig, "has no TLS over its VPC link"),
};
