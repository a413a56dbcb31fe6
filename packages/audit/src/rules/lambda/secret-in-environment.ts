import { TYPE } from "@dropclip/synth/from-graph/types";
import { awsPage, type Rule } from "../../rule.ts";
import { looksSecret } from "../../secrets.ts";

export const secretInEnvironment: Rule = {
  id: "own/secret-in-environment",
  title: "Functions keep no secret in their environment, which whoever may look at them reads",
  severity: "high",
  types: [TYPE.function],
  page: awsPage("lambda/latest/dg/configuration-envvars.html"),
  check: ({ inputs }) =>
    Object.entries((inputs.environment?.variables ?? {}) as Record<string, string>)
      .filter(([name, value]) => looksSecret(name, value))
      .map(([part]) => ({ part, says: "looks like a secret" })),
};
