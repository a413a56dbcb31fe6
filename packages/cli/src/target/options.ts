import { type Command, Option } from "commander";

/** `--api` and `--stage`, for a command that calls the API. */
export function addTarget(command: Command): Command {
  return command
    .addOption(new Option("--api <url>", "use this API instead of the running local cloud's").conflicts("stage"))
    .addOption(new Option("--stage <name>", "use a deployed stage, found with your AWS credentials"));
}
