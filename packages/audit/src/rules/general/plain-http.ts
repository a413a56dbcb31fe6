import { TYPE } from "@dropclip/synth/from-graph/types";
import { awsPage, type Rule } from "../../rule.ts";
import { originsOf } from "./origins.ts";

export const plainHttp: Rule = {
  id: "own/plain-http",
  title: "No page that may sign in or send is fetched by plain HTTP, except from the same machine",
  severity: "high",
  types: [TYPE.api, TYPE.bucketCors, TYPE.userPoolClient],
  page: awsPage("wellarchitected/latest/security-pillar/sec_protect_data_transit_encrypt.html"),
  check: (resource) =>
    originsOf(resource)
      .filter((url) => url.protocol === "http:" && !url.isLocal)
      .map(({ text }) => ({ part: text, says: "is fetched by plain HTTP" })),
};
