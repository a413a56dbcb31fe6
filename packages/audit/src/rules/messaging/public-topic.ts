import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule, when } from "../../rule.ts";
import { eachStatement, isPublic } from "../../statements.ts";

export const publicTopic: Rule = {
  id: "SNS.4",
  title: "Topics are not open to everybody",
  severity: "critical",
  types: [TYPE.topicPolicy],
  page: controlPage("SNS.4"),
  check: (topic, view) =>
    eachStatement(topic, view, (placed) => when(isPublic(placed), `everybody may do ${placed.actions.join(", ")}`)),
};
