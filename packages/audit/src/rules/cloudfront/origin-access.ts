import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule } from "../../rule.ts";
import { isS3 } from "./behaviours.ts";

export const originAccess: Rule = {
  id: "CloudFront.13",
  title: "Distributions sign what they ask of buckets (origin access control)",
  severity: "medium",
  types: [TYPE.distribution],
  page: controlPage("CloudFront.13"),
  check: ({ inputs }, view) =>
    ((inputs.origins ?? []) as { originId: string; domainName: string; originAccessControlId?: string }[])
      .filter(isS3)
      .flatMap(({ originId, originAccessControlId: id }) => {
        const control = view.meant(TYPE.originAccessControl, id);
        if (!control) return [{ part: originId, says: "has no origin access control" }];
        const { signingBehavior } = control.inputs;
        return signingBehavior === "always"
          ? []
          : [{ part: originId, says: `is signed ${signingBehavior}, not always` }];
      }),
};
