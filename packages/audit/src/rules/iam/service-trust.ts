import { TYPE } from "@dropclip/synth/from-graph/types";
import { awsPage, type Rule } from "../../rule.ts";
import { eachStatement, isAllow, narrows, principalsOf } from "../../statements.ts";

const SOURCE = /^aws:source(account|arn|orgid|orgpaths)$/i;
/** Takes a role for functions of the role's own account only, so it cannot be deceived (AWS: execution roles). */
const OWN_ACCOUNT_ONLY = ["lambda.amazonaws.com"];

export const serviceTrust: Rule = {
  id: "own/service-trust",
  title: "A service takes a role for the stage's own account only (confused deputy)",
  severity: "high",
  types: [TYPE.role],
  page: awsPage("IAM/latest/UserGuide/confused-deputy.html"),
  check: (role, view) =>
    eachStatement(role, view, (placed) => {
      if (placed.kind !== "trust" || !isAllow(placed) || narrows(placed, SOURCE)) return [];
      return principalsOf(placed)
        .filter(([kind, name]) => kind === "Service" && !OWN_ACCOUNT_ONLY.includes(name))
        .map(([, name]) => `${name} may take it for anybody: no aws:SourceAccount or aws:SourceArn says for whom`);
    }),
};
