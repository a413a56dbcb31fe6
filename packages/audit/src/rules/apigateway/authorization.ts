import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule, when } from "../../rule.ts";

export const authorization: Rule = {
  id: "APIGateway.8",
  title: "Routes say who may call them",
  severity: "medium",
  types: [TYPE.apiRoute],
  page: controlPage("APIGateway.8"),
  check: ({ inputs }) => when((inputs.authorizationType ?? "NONE") === "NONE", "anybody may call it"),
};
