import type { Command } from "commander";
import type { Context } from "../../context.ts";
import { group } from "../group.ts";
import { enableCommand } from "./enable.ts";
import { statusCommand } from "./status.ts";

export function webhookCommand(context: Context): Command {
  return group("webhook", "see whether the webhook takes what it is told", [
    statusCommand(context),
    enableCommand(context),
  ]);
}
