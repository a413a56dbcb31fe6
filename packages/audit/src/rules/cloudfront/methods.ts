import { TYPE } from "@dropclip/synth/from-graph/types";
import { awsPage, type Rule } from "../../rule.ts";
import { behavioursOf, isS3 } from "./behaviours.ts";

const READS = ["GET", "HEAD", "OPTIONS"];

export const methods: Rule = {
  id: "own/edge-methods",
  title: "Nobody writes to a bucket through the edge",
  severity: "high",
  types: [TYPE.distribution],
  page: awsPage("AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html"),
  check: (distribution) => {
    const buckets = ((distribution.inputs.origins ?? []) as any[]).filter(isS3).map(({ originId }) => originId);
    return behavioursOf(distribution)
      .filter(({ behaviour }) => buckets.includes(behaviour.targetOriginId))
      .map(({ path, behaviour }) => ({
        path,
        writes: (behaviour.allowedMethods ?? []).filter((method: string) => !READS.includes(method)),
      }))
      .filter(({ writes }) => writes.length > 0)
      .map(({ path, writes }) => ({ part: path, says: `passes on ${writes.join(", ")}` }));
  },
};
