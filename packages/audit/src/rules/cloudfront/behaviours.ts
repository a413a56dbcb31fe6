import { TYPE } from "@dropclip/synth/from-graph/types";
import type { Resource } from "@dropclip/synth/graph";
import type { View } from "../../view.ts";

/** A distribution's behaviours, by path; the default's is `*`. */
export function behavioursOf({ inputs }: Resource): { path: string; behaviour: Record<string, any> }[] {
  const { defaultCacheBehavior, orderedCacheBehaviors = [] } = inputs;
  return [
    ...(defaultCacheBehavior ? [{ path: "*", behaviour: defaultCacheBehavior }] : []),
    ...orderedCacheBehaviors.map((behaviour: any) => ({ path: behaviour.pathPattern, behaviour })),
  ];
}

/** The bucket that an origin's host name means. */
export const bucketOf = (domainName: string, view: View) =>
  view
    .all(TYPE.bucket)
    .find(({ outputs }) => [outputs.bucketDomainName, outputs.bucketRegionalDomainName].includes(domainName));

export const isS3 = ({ domainName }: { domainName: string }) =>
  /\.s3[.-]([a-z0-9-]+\.)?amazonaws\.com(\.cn)?$/.test(domainName);
