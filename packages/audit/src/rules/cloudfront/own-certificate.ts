import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule, when } from "../../rule.ts";

export const ownCertificate: Rule = {
  id: "CloudFront.7",
  title: "Distributions have a certificate and name of their own",
  severity: "medium",
  types: [TYPE.distribution],
  page: controlPage("CloudFront.7"),
  check: ({ inputs: { viewerCertificate = {} } }) =>
    when(!viewerCertificate.acmCertificateArn && !viewerCertificate.iamCertificateId, "has CloudFront's certificate"),
};
