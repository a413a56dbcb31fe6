import { TYPE } from "@dropclip/synth/from-graph/types";
import type { Resource } from "@dropclip/synth/graph";
import { covers, isPublic } from "../../statements.ts";
import { ALSO } from "../../types.ts";
import type { View } from "../../view.ts";

/**
 * What lets everybody do one of the actions at a bucket, by its policy or by an ACL; nothing where the bucket's public
 * access block makes that ineffective.
 */
export function eachOpening(bucket: Resource, view: View, actions: string[], acls: string[]): string[] {
  const blocks = view.about(ALSO.accessBlock, "bucket", bucket).map(({ inputs }) => inputs);
  const byPolicy = view
    .about(TYPE.bucketPolicy, "bucket", bucket)
    .filter(() => !blocks.some(({ restrictPublicBuckets }) => restrictPublicBuckets))
    .flatMap((policy) => view.statements(policy))
    .filter((placed) => isPublic(placed) && placed.actions.some((one) => actions.some((action) => covers(one, action))))
    .map(({ at, name }) => `its policy ${at}, statement ${name}`);
  const byAcl = [bucket.inputs.acl, ...view.about(ALSO.bucketAcl, "bucket", bucket).map(({ inputs }) => inputs.acl)]
    .filter((acl) => acls.some((open) => String(acl ?? "").startsWith(open)))
    .filter(() => !blocks.some(({ ignorePublicAcls }) => ignorePublicAcls))
    .map((acl) => `its ACL is ${acl}`);
  return [...byPolicy, ...byAcl];
}
