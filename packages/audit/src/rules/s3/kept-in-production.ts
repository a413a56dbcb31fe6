import { TYPE } from "@dropclip/synth/from-graph/types";
import { awsPage, type Rule, when } from "../../rule.ts";

/** Pulumi deletes a bucket's objects first where it is forced to. */
export const keptInProduction: Rule = {
  id: "own/kept-bucket",
  title: "In production a bucket outlives its stack, with what is in it",
  severity: "high",
  types: [TYPE.bucket],
  page: awsPage("AmazonS3/latest/userguide/delete-bucket.html"),
  check: ({ inputs, options }, view) =>
    when(view.isProduction && inputs.forceDestroy === true, "is emptied when it is removed (forceDestroy)").concat(
      when(
        view.isProduction && !options.retainOnDelete && !options.protect,
        "is deleted with its stack: neither retained nor protected",
      ),
    ),
};
