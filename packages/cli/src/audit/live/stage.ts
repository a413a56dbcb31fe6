import { CloudFront, paginateListDistributions } from "@aws-sdk/client-cloudfront";
import { STS } from "@aws-sdk/client-sts";
import type { Pairs } from "@dropclip/audit/live";
import { TYPE } from "@dropclip/synth/from-graph/types";
import type { Graph } from "@dropclip/synth/graph";
import { synth } from "@dropclip/synth/synth";
import { type AwsConfig, accountConfig } from "../../aws/config.ts";
import { awsFailure } from "../../aws/failure.ts";
import type { Context } from "../../context.ts";
import { readOutputs } from "../../target/outputs.ts";
import { all } from "./look.ts";
import { pairsOf } from "./pairs.ts";
import type { Place } from "./place.ts";

/** A deployed stage, and what the stacks make of it with the `DROPCLIP_…` variables that are set here. */
export async function stageOf(context: Context, stage: string): Promise<Place> {
  const outputs = await readOutputs(context, stage);
  const config = accountConfig(context, "AUDIT", outputs.region);
  const account = await accountOf(config);
  const set = Object.entries(context.env).filter(([name, value]) => name.startsWith("DROPCLIP_") && value);
  const graph = await synth({
    stage,
    ...(account && { account }),
    env: { ...(Object.fromEntries(set) as Record<string, string>), DROPCLIP_REGION: outputs.region },
    // A stage remembers the suffix that it was deployed with.
    parameters: { [`/dropclip/${stage}/outputs`]: JSON.stringify(outputs) },
  });
  return { config, graph, pairs: [...pairsOf(graph, outputs), ...(await distributions(config, graph))] };
}

async function accountOf(config: AwsConfig): Promise<string | undefined> {
  try {
    return (await new STS(config).getCallerIdentity({})).Account;
  } catch (error) {
    throw awsFailure("STS", error);
  }
}

/** The id of each distribution; the stacks' comment tells them apart. */
async function distributions(config: AwsConfig, graph: Graph): Promise<Pairs> {
  const client = new CloudFront(config);
  try {
    const there = await all(paginateListDistributions({ client }, {}), (page) => page.DistributionList?.Items);
    return graph.resources
      .filter(({ type }) => type === TYPE.distribution)
      .flatMap(({ id, inputs }) => {
        const chosen = there.find(({ Comment }) => Comment === inputs.comment)?.Id;
        return chosen && id && chosen !== id ? [[chosen, id] as const] : [];
      });
  } catch (error) {
    throw awsFailure("CloudFront", error);
  }
}
