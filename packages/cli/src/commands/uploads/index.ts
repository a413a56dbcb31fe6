import type { Command } from "commander";
import type { Context } from "../../context.ts";
import { group } from "../group.ts";
import { deleteCommand } from "./delete.ts";
import { downloadCommand } from "./download.ts";
import { hideCommand, unhideCommand } from "./hide.ts";
import { listCommand } from "./list.ts";
import { previewCommand } from "./preview.ts";
import { showCommand } from "./show.ts";

const COMMANDS = [listCommand, showCommand, previewCommand, downloadCommand, hideCommand, unhideCommand, deleteCommand];

export function uploadsCommand(context: Context): Command {
  return group(
    "uploads",
    "list, show, hide and delete uploads",
    COMMANDS.map((make) => make(context)),
  );
}
