import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule } from "../../rule.ts";
import { bucketOf, isS3 } from "./behaviours.ts";

/** Whoever makes the bucket serves their files under our name. */
export const originBucket: Rule = {
  id: "CloudFront.12",
  title: "Distributions point to buckets that there are",
  severity: "high",
  types: [TYPE.distribution],
  page: controlPage("CloudFront.12"),
  check: ({ inputs }, view) =>
    ((inputs.origins ?? []) as { originId: string; domainName: string }[])
      .filter((origin) => isS3(origin) && bucketOf(origin.domainName, view) === undefined)
      .map(({ originId, domainName }) => ({ part: originId, says: `${domainName} is no bucket of the stage` })),
};
