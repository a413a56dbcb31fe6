import { TYPE } from "@dropclip/synth/from-graph/types";
import { awsPage, type Rule } from "../../rule.ts";

const READS = ["GET", "HEAD"];

/** Reading is another rule's, since public files may be read from every page. */
export const openCors: Rule = {
  id: "own/bucket-cors-write",
  title: "Buckets take writes from the pages of named origins only",
  severity: "high",
  types: [TYPE.bucketCors],
  page: awsPage("AmazonS3/latest/userguide/cors.html"),
  check: ({ inputs }) =>
    ((inputs.corsRules ?? []) as { allowedOrigins?: string[]; allowedMethods?: string[] }[]).flatMap(
      ({ allowedOrigins = [], allowedMethods = [] }) => {
        const writes = allowedMethods.filter((method) => !READS.includes(method));
        const wide = allowedOrigins.filter((origin) => origin.includes("*"));
        return wide.length > 0 && writes.length > 0 ? [`${wide.join(", ")} may send ${writes.join(", ")}`] : [];
      },
    ),
};
