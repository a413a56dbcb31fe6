import { Command } from "commander";
import type { Context } from "../../context.ts";
import { CliError } from "../../errors.ts";
import { counted } from "../../format.ts";
import { print } from "../common.ts";

interface Options {
  all?: boolean;
  stage?: string;
  json?: boolean;
}

/** Why a delivery is not sent again. */
const NOT: Record<"due" | "delivered" | "none", (id: string) => string> = {
  due: (id) => `${id} has not been given up: it is tried again by itself`,
  delivered: (id) => `${id} was delivered: only what was given up is sent again`,
  none: (id) => `there is no delivery ${id}: dropclip webhook status lists those that were given up`,
};

export function resendCommand(context: Context): Command {
  return new Command("resend")
    .summary("send again what was given up")
    .description(
      "Has deliveries that were given up sent again within 5 minutes, under the same id and with the same words, and tried for three days more. Needs dynamodb:GetItem and dynamodb:UpdateItem on the table dropclip-webhook-STAGE, dynamodb:Query on its index byStatus, and for a stage ssm:GetParameter on its outputs.",
    )
    .argument("[delivery]", "its id, as dropclip webhook status shows it")
    .option("--all", "all that were given up instead")
    .option("--stage <name>", "those of a deployed stage, with your AWS credentials")
    .option("--json", "print JSON")
    .action((delivery: string | undefined, options: Options) => run(context, delivery, options));
}

async function run(context: Context, delivery: string | undefined, options: Options) {
  if ((delivery === undefined) === (options.all === undefined))
    throw new CliError("name what to send again: a delivery, or --all");
  // Load the AWS SDK and the domain code; other commands start faster without them.
  const [{ Webhook }, { withDeliveries }] = await Promise.all([
    import("@dropclip/core/webhook"),
    import("../../webhook/rows.ts"),
  ]);
  const { resent, off } = await withDeliveries(context, options.stage, async () => {
    const { off, givenUp } = await Webhook.state();
    const ids = delivery === undefined ? givenUp.map(({ id }) => id) : [delivery];
    const resent = [];
    for (const id of ids) {
      const was = await Webhook.resend(id, context.clock);
      if (was === "given-up") resent.push(id);
      else if (delivery !== undefined) throw new CliError(NOT[was ?? "none"](id));
    }
    return { resent, off };
  });
  if (resent.length === 0) throw new CliError("nothing was given up: there is nothing to send again");
  print(context, options, { resent, off: off !== undefined }, () => {
    const when = off
      ? "sent once the webhook is on again (dropclip webhook enable)"
      : "sent within 5 minutes (dropclip webhook status shows what becomes of it)";
    return `${counted(resent.length, "event")} to be ${when}`;
  });
}
