import { Database } from "@dropclip/core/database";
import { Upload } from "@dropclip/core/upload";
import { type AwsConfig, accountConfig, cloudConfig } from "../aws/config.ts";
import { awsFailure } from "../aws/failure.ts";
import type { Context } from "../context.ts";
import { dataDirectory } from "../paths.ts";
import { findCloud } from "../start/run-file.ts";
import { readOutputs } from "../target/outputs.ts";

type Rows = Awaited<ReturnType<typeof Upload.read>>["media"];

/** What to count: an upload, or all uploads to an event. */
type What = { uploadId?: string; eventId?: string };

/** The rows of an upload's media, or of all uploads to an event, as an operator reads them: in the table itself. */
export async function readRows(
  context: Context,
  { stage, ...what }: What & { stage: string | undefined },
): Promise<Rows> {
  const cloud = stage === undefined ? findCloud(dataDirectory(context)) : undefined;
  const config = cloud
    ? cloudConfig(cloud)
    : accountConfig(context, "DYNAMODB", (await readOutputs(context, stage!)).region);
  try {
    return await readRowsOf(config, stage ?? cloud?.stage ?? "dev", what);
  } catch (error) {
    context.signal.throwIfAborted();
    throw (error as Error).name === "PublicError" ? error : awsFailure("DynamoDB", error);
  }
}

/** The same with credentials at hand. */
export async function readRowsOf(config: AwsConfig, stage: string, { uploadId, eventId }: What): Promise<Rows> {
  const client = Database.clientOf(config);
  // The table of a stage is named so by the stacks.
  Database.connect({ client, tables: { uploads: `${stage}-uploads` } });
  try {
    if (uploadId !== undefined) return (await Upload.read(uploadId)).media;
    const rows: Rows = [];
    for await (const upload of Upload.everyToEvent(eventId!)) rows.push(...(await Upload.read(upload.uploadId)).media);
    return rows;
  } finally {
    client.destroy();
  }
}
