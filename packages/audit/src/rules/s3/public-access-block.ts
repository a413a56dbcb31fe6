import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule, when } from "../../rule.ts";
import { ALSO } from "../../types.ts";

const SWITCHES = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];

export const publicAccessBlock: Rule = {
  id: "S3.8",
  title: "Buckets block public access",
  severity: "high",
  types: [TYPE.bucket],
  page: controlPage("S3.8"),
  check: (bucket, view) => {
    const blocks = view.about(ALSO.accessBlock, "bucket", bucket);
    const off = SWITCHES.filter((name) => !blocks.some(({ inputs }) => inputs[name] === true));
    return when(off.length > 0, `does not block public access: ${off.join(", ")}`);
  },
};
