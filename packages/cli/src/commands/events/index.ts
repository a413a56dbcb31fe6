import type { Command } from "commander";
import type { Context } from "../../context.ts";
import { group } from "../group.ts";
import { createCommand } from "./create.ts";
import { deleteCommand } from "./delete.ts";
import { followCommand } from "./follow.ts";
import { listCommand } from "./list.ts";
import { mediaCommand } from "./media.ts";
import { showCommand } from "./show.ts";
import { updateCommand } from "./update.ts";

const COMMANDS = [createCommand, listCommand, showCommand, mediaCommand, updateCommand, deleteCommand, followCommand];

export function eventsCommand(context: Context): Command {
  return group(
    "events",
    "make, list, change and delete events",
    COMMANDS.map((make) => make(context)),
  );
}
