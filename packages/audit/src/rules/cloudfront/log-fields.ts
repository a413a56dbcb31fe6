import { TYPE } from "@dropclip/synth/from-graph/types";
import { awsPage, type Rule } from "../../rule.ts";

/** What tells who somebody is. */
const PERSONAL = ["c-ip", "c-port", "x-forwarded-for", "cs(Cookie)", "cs(User-Agent)", "cs-uri-query"];

export const logFields: Rule = {
  id: "own/edge-log-fields",
  title: "The edge's logs hold no addresses, agents, cookies or queries",
  severity: "medium",
  types: [TYPE.logDelivery],
  page: awsPage("AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html"),
  check: ({ inputs }) => {
    const fields: string[] | undefined = inputs.recordFields;
    if (!fields?.length) return ["names no fields: all are logged"];
    return PERSONAL.filter((field) => fields.includes(field)).map((field) => ({ part: field, says: "is logged" }));
  },
};
