import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule, when } from "../../rule.ts";

/** TLS 1.2 at least, without ciphers that are weak (AWS: supported protocols and ciphers). */
const GOOD = /^TLSv1\.(2_20(21|25)|3_20\d\d)$/;

export const tlsPolicy: Rule = {
  id: "CloudFront.15",
  title: "Distributions take TLS 1.2 or newer, by AWS's recommended policy",
  severity: "medium",
  types: [TYPE.distribution],
  page: controlPage("CloudFront.15"),
  check: ({ inputs: { viewerCertificate = {} } }) => {
    const policy = viewerCertificate.minimumProtocolVersion ?? "TLSv1";
    return when(!GOOD.test(policy), `takes viewers from ${policy} on`);
  },
};
