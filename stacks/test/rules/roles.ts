import { TYPE } from "@dropclip/synth/from-graph/types";
import { statements } from "@dropclip/synth/policies";
import { all, finding, meant, type Rule } from "./finding.ts";

/**
 * A role that lists its inline or managed policies owns all of them: the next update of the role takes away what was
 * attached apart, an empty list too (provider's notes on `aws.iam.Role`, `inlinePolicies` and `managedPolicyArns`).
 */
export const attachedApart: Rule = (graph) =>
  (
    [
      [TYPE.rolePolicy, "inlinePolicies"],
      [TYPE.rolePolicyAttachment, "managedPolicyArns"],
    ] as const
  ).flatMap(([type, owner]) =>
    all(graph, type).flatMap((part) => {
      const role = meant(graph, TYPE.role, part.inputs.role);
      if (role?.inputs[owner] === undefined) return [];
      return [finding(part, `is taken away when Role ${role.name} changes, whose ${owner} list all there are`)];
    }),
  );

/** MediaConvert's Probe has no resource types (AWS's service authorization reference): only "*" allows it. */
export const probeEverywhere: Rule = (graph) =>
  statements(graph)
    .filter(
      ({ kind, actions, resources }) =>
        kind === "identity" && actions.includes("mediaconvert:Probe") && !resources.includes("*"),
    )
    .map(
      ({ at, resources }) => `Policy ${at}: mediaconvert:Probe has no resources, ${resources.join(" ")} allows nothing`,
    );
