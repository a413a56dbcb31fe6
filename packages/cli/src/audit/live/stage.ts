import { STS } from "@aws-sdk/client-sts";
import { synth } from "@dropclip/synth/synth";
import { type AwsConfig, accountConfig } from "../../aws/config.ts";
import { awsFailure } from "../../aws/failure.ts";
import type { Context } from "../../context.ts";
import { readOutputs } from "../../target/outputs.ts";
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
  return { config, graph, pairs: pairsOf(graph, outputs) };
}

async function accountOf(config: AwsConfig): Promise<string | undefined> {
  try {
    return (await new STS(config).getCallerIdentity({})).Account;
  } catch (error) {
    throw awsFailure("STS", error);
  }
}
