import { TYPE } from "@dropclip/synth/from-graph/types";
import { awsPage, type Rule, when } from "../../rule.ts";

export const readCors: Rule = {
  id: "own/bucket-cors-read",
  title: "Buckets are read from the pages of named origins only",
  severity: "low",
  types: [TYPE.bucketCors],
  page: awsPage("AmazonS3/latest/userguide/cors.html"),
  check: ({ inputs }) => {
    const rules: { allowedOrigins?: string[] }[] = inputs.corsRules ?? [];
    const wide = rules.some(({ allowedOrigins = [] }) => allowedOrigins.some((origin) => origin.includes("*")));
    return when(wide, "pages of every origin may read it");
  },
};
