import { Command } from "commander";

/** A command with subcommands. */
export function group(name: string, summary: string, commands: Command[]): Command {
  const parent = new Command(name)
    .summary(summary)
    .description(`${summary[0]!.toUpperCase()}${summary.slice(1)}.`)
    .helpCommand(false);
  for (const command of commands) parent.addCommand(command);
  return parent;
}
