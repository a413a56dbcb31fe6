import { Command } from "commander";
import type { Context } from "../../context.ts";
import { pageOf } from "../../show/page.ts";
import { print } from "../common.ts";

interface Options {
  stage?: string;
  json?: boolean;
}

export function statusCommand(context: Context): Command {
  return new Command("status")
    .summary("show whether it is on, what waits for it and what was given up")
    .description(
      "Shows whether the webhook (docs/events.md) is on, what waits for it, and what was given up. Needs dynamodb:GetItem on the table dropclip-webhook-STAGE, dynamodb:Query on its index byStatus, and for a stage ssm:GetParameter on its outputs.",
    )
    .option("--stage <name>", "that of a deployed stage, with your AWS credentials")
    .option("--json", "print JSON")
    .action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options) {
  // Load the AWS SDK and the domain code; other commands start faster without them.
  const [{ Webhook }, { withDeliveries }, { webhookPage }] = await Promise.all([
    import("@dropclip/core/webhook"),
    import("../../webhook/rows.ts"),
    import("../../webhook/report.ts"),
  ]);
  const state = await withDeliveries(context, options.stage, Webhook.state);
  print(context, options, state, () => webhookPage(state, context.clock.now(), pageOf(context)));
}
