import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule, when } from "../../rule.ts";
import { ALSO } from "../../types.ts";

/** New buckets have no ACLs at all: only who turns them on has them (AWS: object ownership). */
export const acl: Rule = {
  id: "S3.12",
  title: "Buckets are opened by policies, not by ACLs",
  severity: "medium",
  types: [TYPE.bucket],
  page: controlPage("S3.12"),
  check: (bucket, view) => {
    const owned = view.about(ALSO.ownership, "bucket", bucket);
    const acls = [bucket.inputs.acl, ...view.about(ALSO.bucketAcl, "bucket", bucket).map(() => "set")];
    const ownership = owned.map(({ inputs }) => inputs.rule?.objectOwnership as string);
    return [
      ...when(
        acls.some((one) => one && one !== "private"),
        "has an ACL",
      ),
      ...ownership.flatMap((one) => when(one !== "BucketOwnerEnforced", `turns ACLs on: object ownership ${one}`)),
    ];
  },
};
