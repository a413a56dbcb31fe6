import type { Command } from "commander";
import type { Context } from "../../context.ts";
import { group } from "../group.ts";
import { publishCommand } from "./publish.ts";

export function pagesCommand(context: Context): Command {
  return group("pages", "publish the pages that fans and creatives use", [publishCommand(context)]);
}
