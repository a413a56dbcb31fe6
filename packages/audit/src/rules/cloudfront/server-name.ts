import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule, when } from "../../rule.ts";

export const serverName: Rule = {
  id: "CloudFront.8",
  title: "Distributions serve their certificate by SNI",
  severity: "low",
  types: [TYPE.distribution],
  page: controlPage("CloudFront.8"),
  check: ({ inputs: { viewerCertificate = {} } }) => {
    const own = viewerCertificate.acmCertificateArn || viewerCertificate.iamCertificateId;
    return when(own && viewerCertificate.sslSupportMethod !== "sni-only", "serves its certificate by an address");
  },
};
