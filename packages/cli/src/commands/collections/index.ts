import type { Command } from "commander";
import type { Context } from "../../context.ts";
import { group } from "../group.ts";
import { createCommand } from "./create.ts";
import { deleteCommand } from "./delete.ts";
import { listCommand } from "./list.ts";
import { addCommand, moveCommand, removeCommand } from "./media.ts";
import { renameCommand } from "./rename.ts";
import { showCommand } from "./show.ts";

const COMMANDS = [
  ...[createCommand, listCommand, showCommand, renameCommand],
  ...[addCommand, removeCommand, moveCommand, deleteCommand],
];

export function collectionsCommand(context: Context): Command {
  return group(
    "collections",
    "curate media in collections",
    COMMANDS.map((make) => make(context)),
  );
}
