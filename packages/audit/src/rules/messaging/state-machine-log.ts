import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule, when } from "../../rule.ts";

export const stateMachineLog: Rule = {
  id: "StepFunctions.1",
  title: "State machines log",
  severity: "medium",
  types: [TYPE.stateMachine],
  page: controlPage("StepFunctions.1"),
  check: ({ inputs: { loggingConfiguration: log = {} } }) =>
    when(!log.logDestination || (log.level ?? "OFF") === "OFF", "logs nothing"),
};
