import { type Command, Option } from "commander";

/** `--api` and `--stage`, for a command that calls the API. */
export function addTarget(command: Command): Command {
  return command
    .addOption(new Option("--api <url>", "another API than the running local cloud's").conflicts("stage"))
    .addOption(new Option("--stage <name>", "a deployed stage, found with your AWS credentials"));
}
