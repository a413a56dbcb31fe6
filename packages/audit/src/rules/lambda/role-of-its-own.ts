import { TYPE } from "@dropclip/synth/from-graph/types";
import { awsPage, type Rule, when } from "../../rule.ts";

export const roleOfItsOwn: Rule = {
  id: "own/shared-role",
  title: "Every function has a role of its own",
  severity: "medium",
  types: [TYPE.function],
  page: awsPage("lambda/latest/dg/lambda-intro-execution-role.html"),
  check: ({ name, inputs }, view) => {
    const same = view.all(TYPE.function).filter((other) => other.inputs.role === inputs.role && other.name !== name);
    return when(same.length > 0, `has the rights of ${same.map((other) => other.name).join(", ")}: they share a role`);
  },
};
