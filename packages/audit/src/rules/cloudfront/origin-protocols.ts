import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule } from "../../rule.ts";

/** Broken, or no longer allowed anywhere (RFC 7568, RFC 8996). AWS's control knows SSLv3 only. */
const OLD = ["SSLv3", "TLSv1", "TLSv1.1"];

export const originProtocols: Rule = {
  id: "CloudFront.10",
  title: "Distributions ask custom origins by no protocol that is given up",
  severity: "medium",
  types: [TYPE.distribution],
  page: controlPage("CloudFront.10"),
  check: ({ inputs }) =>
    ((inputs.origins ?? []) as any[]).flatMap(({ originId, customOriginConfig: custom }) =>
      OLD.filter((name) => custom?.originSslProtocols?.includes(name)).map((name) => ({
        part: originId,
        says: `is asked by ${name}`,
      })),
    ),
};
