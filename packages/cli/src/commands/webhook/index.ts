import type { Command } from "commander";
import type { Context } from "../../context.ts";
import { group } from "../group.ts";
import { enableCommand } from "./enable.ts";
import { resendCommand } from "./resend.ts";
import { statusCommand } from "./status.ts";

export function webhookCommand(context: Context): Command {
  return group("webhook", "see what the webhook takes, and send again", [
    statusCommand(context),
    enableCommand(context),
    resendCommand(context),
  ]);
}
