import { TYPE } from "@dropclip/synth/from-graph/types";
import { managedPolicies } from "@dropclip/synth/policies";
import { awsPage, type Rule } from "../../rule.ts";

/** AWS writes them for everybody, changes them when it likes, and they name no resources. */
export const managedPolicy: Rule = {
  id: "own/managed-policy",
  title: "Roles have no policies of AWS's own",
  severity: "medium",
  types: [TYPE.role, TYPE.rolePolicyAttachment],
  page: awsPage("IAM/latest/UserGuide/access_policies_managed-vs-inline.html"),
  check: (resource, view) =>
    managedPolicies({ ...view.graph, resources: [resource] })
      .filter(({ arn }) => /^arn:[^:]+:iam::aws:policy\//.test(arn))
      .map(({ arn }) => ({ part: arn.slice(arn.lastIndexOf("/") + 1), says: `has ${arn}` })),
};
