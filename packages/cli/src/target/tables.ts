import { Database } from "@dropclip/core/database";
import { awsFailure } from "../aws/failure.ts";
import type { Context } from "../context.ts";
import { CliError } from "../errors.ts";
import type { Operated } from "./operated.ts";

/** The tables of a stage that operators work in: as the stacks name them, and what it means that one is missing. */
const TABLES = {
  uploads: {
    nameOf: (stage: string) => `${stage}-uploads`,
    missing: "there is no table of uploads: deploy the stage again",
  },
  webhook: {
    nameOf: (stage: string) => `dropclip-webhook-${stage}`,
    missing: "there is no webhook: deploy with DROPCLIP_WEBHOOK set to its address",
  },
};

/** Does something with a stage's records as its operator: in the table itself. What goes wrong is one `CliError`. */
export async function withTable<T>(
  { signal }: Pick<Context, "signal">,
  { stage, config }: Operated,
  table: keyof typeof TABLES,
  work: () => Promise<T>,
): Promise<T> {
  const { nameOf, missing } = TABLES[table];
  const client = Database.clientOf(config);
  Database.connect({ client, tables: { [table]: nameOf(stage) } });
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    // ElectroDB wraps what AWS answered.
    const { name, message, cause = error } = error as Error;
    if (name === "PublicError") throw new CliError(message);
    if ((cause as Error).name === "ResourceNotFoundException") throw new CliError(missing);
    throw awsFailure("DynamoDB", cause);
  } finally {
    client.destroy();
  }
}
