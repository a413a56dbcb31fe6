import type { Command } from "commander";
import type { Context } from "../../context.ts";
import { group } from "../group.ts";
import { publishCommand, refuseCommand } from "./decide.ts";
import { listCommand } from "./list.ts";

const COMMANDS = [listCommand, publishCommand, refuseCommand];

export function reviewCommand(context: Context): Command {
  return group(
    "review",
    "list, publish and refuse what waits for you",
    COMMANDS.map((make) => make(context)),
  );
}
