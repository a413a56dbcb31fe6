import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule, when } from "../../rule.ts";
import { eachStatement, isPublic } from "../../statements.ts";

export const publicQueue: Rule = {
  id: "SQS.3",
  title: "Queues are not open to everybody",
  severity: "critical",
  types: [TYPE.queue, TYPE.queuePolicy],
  page: controlPage("SQS.3"),
  check: (queue, view) =>
    eachStatement(queue, view, (placed) => when(isPublic(placed), `everybody may do ${placed.actions.join(", ")}`)),
};
