import { type AwsConfig, accountConfig, cloudConfig } from "../aws/config.ts";
import type { Context } from "../context.ts";
import { dataDirectory } from "../paths.ts";
import { findCloud } from "../start/run-file.ts";
import { readOutputs } from "./outputs.ts";

/** A stage as its operator reaches it: by AWS's own APIs. */
export interface Operated {
  stage: string;
  config: AwsConfig;
}

/**
 * The stage of this name, with the user's own AWS credentials; without a name the one of the running local cloud.
 * `service` as in `AWS_ENDPOINT_URL_{service}`. A `CliError` when there is none.
 */
export async function findOperated(context: Context, stage: string | undefined, service: string): Promise<Operated> {
  if (stage === undefined) {
    const cloud = findCloud(dataDirectory(context));
    return { stage: cloud.stage, config: cloudConfig(cloud) };
  }
  const { region } = await readOutputs(context, stage);
  return { stage, config: accountConfig(context, service, region) };
}
