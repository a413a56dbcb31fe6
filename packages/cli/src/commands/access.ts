import { Command } from "commander";
import type { Context } from "../context.ts";
import { patienceOf } from "../net/patience.ts";
import { dataDirectory } from "../paths.ts";
import { Screen } from "../progress/screen.ts";
import { accessReport, totals } from "../show/access.ts";
import { pageOf } from "../show/page.ts";
import { findCloud } from "../start/run-file.ts";
import { print } from "./common.ts";

interface Options {
  unused?: boolean;
  json?: boolean;
}

export function accessCommand(context: Context): Command {
  return new Command("access")
    .summary("show what each role may do, and what it has used")
    .description(
      "Shows what the policies of the running local cloud grant to each role, how often each grant was used since it started, and which calls were denied.",
    )
    .option("--unused", "only grants that were not used")
    .option("--json", "print JSON")
    .action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options) {
  const cloud = findCloud(dataDirectory(context));
  // Loads code for signing the call; other commands start faster without it.
  const [{ fetchAccess }, { unusedOf }] = await Promise.all([
    import("../access/fetch.ts"),
    import("../access/report.ts"),
  ]);
  const access = await fetchAccess(cloud, patienceOf(context, new Screen(context.stderr)));
  const shown = options.unused ? unusedOf(access) : access;
  print(context, options, shown, () => accessReport(shown, totals(access), pageOf(context)));
}
