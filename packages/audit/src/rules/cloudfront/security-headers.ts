import { TYPE } from "@dropclip/synth/from-graph/types";
import { awsPage, type Rule } from "../../rule.ts";

const YEAR_SECONDS = 365 * 24 * 60 * 60;

export const securityHeaders: Rule = {
  id: "own/security-headers",
  title: "Answers of the edge insist on TLS for a year, on their type, and on not being framed",
  severity: "medium",
  types: [TYPE.responseHeadersPolicy],
  page: awsPage("AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html"),
  check: ({ inputs: { securityHeadersConfig: headers = {}, customHeadersConfig } }) => {
    const items: { header: string; value: string }[] = customHeadersConfig?.items ?? [];
    const policy = headers.contentSecurityPolicy?.contentSecurityPolicy ?? "";
    const framing = headers.frameOptions || /frame-ancestors/.test(policy + items.map(({ value }) => value).join());
    const seconds = headers.strictTransportSecurity?.accessControlMaxAgeSec ?? 0;
    return [
      ...(seconds >= YEAR_SECONDS ? [] : [{ part: "Strict-Transport-Security", says: `holds ${seconds} s` }]),
      ...(headers.contentTypeOptions ? [] : [{ part: "X-Content-Type-Options", says: "is missing" }]),
      ...(framing ? [] : [{ part: "X-Frame-Options", says: "is missing" }]),
    ];
  },
};
