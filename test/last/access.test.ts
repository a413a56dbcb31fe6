import { readFileSync } from "node:fs";
import { cloud as cloudOf } from "@dropclip/synth/cloud-from-graph";
import { parseGraph } from "@dropclip/synth/graph";
import { describe, expect, it } from "vitest";
import { GRAPH } from "../support/cloud.ts";
import { kept } from "../support/kept.ts";

/** Granted for what only AWS itself does, or for what no test brings about, with the reason. */
const NEVER_USED_HERE: Record<string, string> = {
  "dropclip-ingest-dev-us-east-1/ingest: s3:ListBucket on arn:aws:s3:::dropclip-uploads-dev":
    "only with it S3 tells Probe that a file is gone, and no test takes one away in that moment",
  "dropclip-invalidate-dev-us-east-1/inline: events:PutEvents on arn:aws:events:us-east-1:123456789012:event-bus/default":
    "passes the work on after 14 minutes of waiting for the edge, which no test waits for",
};

describe("after all tests, the roles' grants", () => {
  it("have every one been made use of: none is there without need", () => {
    const used = kept("used");
    const { roles } = cloudOf(parseGraph(readFileSync(GRAPH, "utf8"), GRAPH));
    const granted = roles.flatMap(({ name, policies }) =>
      policies.flatMap(({ name: policy, document }) =>
        document.Statement.filter(({ Effect }) => Effect === "Allow").flatMap(({ Action, Resource }) =>
          [Action ?? []]
            .flat()
            .flatMap((action) =>
              [Resource ?? []].flat().map((resource) => `${name}/${policy}: ${action} on ${resource}`),
            ),
        ),
      ),
    );
    const unused = granted.filter((grant) => !used.has(grant));
    expect(unused.toSorted()).toEqual(Object.keys(NEVER_USED_HERE).toSorted());
  });
});
