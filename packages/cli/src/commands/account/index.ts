import type { Command } from "commander";
import type { Context } from "../../context.ts";
import { group } from "../group.ts";
import { deleteCommand } from "./delete.ts";
import { secondFactorCommand } from "./second-factor.ts";

export function accountCommand(context: Context): Command {
  return group("account", "guard your account, or delete it", [secondFactorCommand(context), deleteCommand(context)]);
}
