import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule, when } from "../../rule.ts";

/** Those that AWS recommends, as of 2026. */
const GOOD = ["TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"];

export const tlsPolicy: Rule = {
  id: "CloudFront.15",
  title: "Distributions take TLS 1.2 or newer, by AWS's recommended policy",
  severity: "medium",
  types: [TYPE.distribution],
  page: controlPage("CloudFront.15"),
  check: ({ inputs: { viewerCertificate = {} } }) => {
    // CloudFront's own certificate has a policy of its own, which nobody can choose: the control passes over it.
    const own = viewerCertificate.acmCertificateArn || viewerCertificate.iamCertificateId;
    const policy = viewerCertificate.minimumProtocolVersion ?? "TLSv1";
    return when(own && !GOOD.includes(policy), `takes viewers from ${policy} on`);
  },
};
