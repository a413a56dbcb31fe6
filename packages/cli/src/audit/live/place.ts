import type { Pairs } from "@dropclip/audit/live";
import type { Graph } from "@dropclip/synth/graph";
import type { AwsConfig } from "../../aws/config.ts";

/** An account that has a stage, and what the stacks say of the stage. */
export interface Place {
  config: AwsConfig;
  graph: Graph;
  pairs: Pairs;
}
