import { Command, CommanderError } from "commander";
import { executionCommand } from "./commands/execution.ts";
import { executionsCommand } from "./commands/executions.ts";
import { startCommand } from "./commands/start.ts";
import { uploadCommand } from "./commands/upload.ts";
import type { Context } from "./context.ts";
import { CliError, messageOf } from "./errors.ts";
import { clean } from "./format.ts";

/** Runs one command line and returns its exit code. */
export async function main(args: string[], context: Context): Promise<number> {
  try {
    await program(context).parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    // Commander has said what is wrong; asking for help is no error.
    if (error instanceof CommanderError) return error.exitCode;
    if (error instanceof CliError) {
      context.stderr.write(`dropclip: ${clean(error.message)}\n`);
      return error.exitCode;
    }
    // A full disk or a missing permission is the user's to mend; the rest is ours, and its stack helps us.
    const ours = error instanceof Error && !("syscall" in error);
    context.stderr.write(`dropclip: ${ours ? (error.stack ?? error.message) : messageOf(error)}\n`);
    return 1;
  }
}

function program(context: Context): Command {
  const top = new Command("dropclip")
    .description("Fans film a show; the performer gets the clips.")
    .helpCommand(false)
    .addHelpText("after", "\nDROPCLIP_DIRECTORY names another folder than .dropclip for the local cloud's data.");
  for (const make of [startCommand, uploadCommand, executionsCommand, executionCommand]) top.addCommand(make(context));
  for (const command of [top, ...top.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      getOutHelpWidth: () => context.stdout.columns ?? 80,
      getErrHelpWidth: () => context.stderr.columns ?? 80,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  }
  return top;
}
