import { Command } from "commander";
import type { Context } from "../../context.ts";
import { print } from "../common.ts";

interface Options {
  stage?: string;
  json?: boolean;
}

export function enableCommand(context: Context): Command {
  return new Command("enable")
    .summary("turn it on again, after it said that it was gone")
    .description(
      "Turns the webhook on again after it answered 410. What waits is sent within 5 minutes. Needs dynamodb:DeleteItem on the table dropclip-webhook-STAGE, and for a stage ssm:GetParameter on its outputs.",
    )
    .option("--stage <name>", "that of a deployed stage, with your AWS credentials")
    .option("--json", "print JSON")
    .action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options) {
  // Load the AWS SDK and the domain code; other commands start faster without them.
  const [{ Webhook }, { withDeliveries }] = await Promise.all([
    import("@dropclip/core/webhook"),
    import("../../webhook/rows.ts"),
  ]);
  const was = await withDeliveries(context, options.stage, Webhook.enable);
  print(context, options, { wasOff: was }, () => (was ? "on again: what waits is sent within 5 minutes" : "it was on"));
}
