import type { Context } from "../context.ts";
import { findOperated } from "../target/operated.ts";
import { withTable } from "../target/tables.ts";

/** Does something with the deliveries of a stage, or of the running local cloud. */
export const withDeliveries = async <T>(context: Context, stage: string | undefined, work: () => Promise<T>) =>
  withTable(context, await findOperated(context, stage, "DYNAMODB"), "webhook", work);
