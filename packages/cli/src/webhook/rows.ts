import { Database } from "@dropclip/core/database";
import { accountConfig, cloudConfig } from "../aws/config.ts";
import { awsFailure } from "../aws/failure.ts";
import type { Context } from "../context.ts";
import { CliError } from "../errors.ts";
import { dataDirectory } from "../paths.ts";
import { findCloud } from "../start/run-file.ts";
import { readOutputs } from "../target/outputs.ts";

/** Does something with the deliveries of a stage, as an operator: in the table itself. */
export async function withDeliveries<T>(context: Context, stage: string | undefined, work: () => Promise<T>) {
  const cloud = stage === undefined ? findCloud(dataDirectory(context)) : undefined;
  const config = cloud
    ? cloudConfig(cloud)
    : accountConfig(context, "DYNAMODB", (await readOutputs(context, stage!)).region);
  const client = Database.clientOf(config);
  // The table of a stage is named so by the stacks.
  Database.connect({ client, tables: { webhook: `dropclip-webhook-${stage ?? cloud?.stage ?? "dev"}` } });
  try {
    return await work();
  } catch (error) {
    context.signal.throwIfAborted();
    const cause = (error as Error).cause ?? error;
    if ((cause as Error).name === "ResourceNotFoundException")
      throw new CliError("there is no webhook: deploy with DROPCLIP_WEBHOOK set to its address");
    throw awsFailure("DynamoDB", cause);
  } finally {
    client.destroy();
  }
}
