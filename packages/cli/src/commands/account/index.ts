import type { Command } from "commander";
import type { Context } from "../../context.ts";
import { group } from "../group.ts";
import { deleteCommand } from "./delete.ts";

export function accountCommand(context: Context): Command {
  return group("account", "delete your account", [deleteCommand(context)]);
}
