import { Command, CommanderError } from "commander";
import manifest from "../package.json" with { type: "json" };
import { accessCommand } from "./commands/access.ts";
import { accountCommand } from "./commands/account/index.ts";
import { alarmsCommand } from "./commands/alarms.ts";
import { auditCommand } from "./commands/audit.ts";
import { collectionsCommand } from "./commands/collections/index.ts";
import { costCommand } from "./commands/cost.ts";
import { eventsCommand } from "./commands/events/index.ts";
import { executionCommand } from "./commands/execution.ts";
import { executionsCommand } from "./commands/executions.ts";
import { flyerCommand } from "./commands/flyer.ts";
import { loginCommand } from "./commands/login.ts";
import { logoutCommand } from "./commands/logout.ts";
import { pagesCommand } from "./commands/pages/index.ts";
import { pictureCommand } from "./commands/picture.ts";
import { profileCommand } from "./commands/profile.ts";
import { redriveCommand } from "./commands/redrive.ts";
import { reportsCommand } from "./commands/reports.ts";
import { reviewCommand } from "./commands/review/index.ts";
import { startCommand } from "./commands/start.ts";
import { uploadCommand } from "./commands/upload.ts";
import { uploadsCommand } from "./commands/uploads/index.ts";
import { viewsCommand } from "./commands/views.ts";
import { webhookCommand } from "./commands/webhook/index.ts";
import { whoamiCommand } from "./commands/whoami.ts";
import type { Context } from "./context.ts";
import { CliError, messageOf } from "./errors.ts";
import { clean } from "./format.ts";

/** Runs one command line and returns its exit code. */
export async function main(args: string[], context: Context): Promise<number> {
  try {
    await program(context).parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    // Commander has printed what is wrong; asking for help is no error.
    if (error instanceof CommanderError) return error.exitCode;
    if (error instanceof CliError) {
      context.stderr.write(`dropclip: ${clean(error.message)}\n`);
      return error.exitCode;
    }
    // A full disk or a missing permission is for the user to fix. Other errors are bugs, and their stack helps to fix
    // them.
    const ours = error instanceof Error && !("syscall" in error);
    context.stderr.write(`dropclip: ${ours ? (error.stack ?? error.message) : messageOf(error)}\n`);
    return 1;
  }
}

/** In the order of the help: running it, using it, looking into it, keeping it going. */
const COMMANDS = [
  ...[startCommand, uploadCommand, uploadsCommand, eventsCommand, reviewCommand, viewsCommand, reportsCommand],
  ...[flyerCommand, collectionsCommand],
  ...[loginCommand, logoutCommand, whoamiCommand, profileCommand, pictureCommand, accountCommand],
  ...[executionsCommand, executionCommand, redriveCommand, alarmsCommand, costCommand, accessCommand, auditCommand],
  ...[pagesCommand, webhookCommand],
];

/** The tree of commands. */
export function program(context: Context): Command {
  const top = new Command("dropclip")
    .description("Fans film a show; the performer gets the clips.")
    .version(manifest.version, "--version", "print the version")
    .helpCommand(false);
  for (const make of COMMANDS) top.addCommand(make(context));
  configure(top, context);
  return top;
}

/** For the command and all below it: all output goes through the context, and nothing ends the process. */
function configure(command: Command, context: Context) {
  command.exitOverride().configureOutput({
    writeOut: (text) => context.stdout.write(text),
    writeErr: (text) => context.stderr.write(text),
    getOutHelpWidth: () => context.stdout.columns ?? 80,
    getErrHelpWidth: () => context.stderr.columns ?? 80,
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  });
  for (const each of command.commands) configure(each, context);
}
