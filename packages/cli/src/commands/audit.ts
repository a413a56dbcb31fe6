import { join, resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import type { Context } from "../context.ts";
import { CliError, messageOf } from "../errors.ts";
import { counted } from "../format.ts";
import { ROOT } from "../paths.ts";
import { pageOf } from "../show/page.ts";
import { print } from "./common.ts";

interface Options {
  graph: string;
  all?: boolean;
  json?: boolean;
  sarif?: boolean;
  stage?: string;
  running?: boolean;
  unusedDays: number;
}

/** What happens once a quarter has happened by then. */
const UNUSED_DAYS = 90;
/** The audit itself was not possible. */
const CANNOT_RUN = 2;

function daysOf(text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new InvalidArgumentError("It is a whole number of days.");
  return Number(text);
}

export function auditCommand(context: Context): Command {
  return new Command("audit")
    .summary("check the stacks against AWS's security controls and our own rules")
    .description(
      "Checks what the stacks would create, without AWS, against AWS's security controls (FSBP) and rules of our own. What is right as it is stands with its reason in stacks/exceptions.ts. Exit code 0 when nothing is found, 1 when something is, 2 when the audit cannot run.",
    )
    .option("--graph <file>", "the resource graph to check", join(ROOT, "stacks", "graph.json"))
    .addOption(
      new Option("--running", "check what the running local cloud really has, and how it differs").conflicts("sarif"),
    )
    .addOption(
      new Option(
        "--stage <name>",
        "check what a deployed stage really has, and how it differs, with your AWS credentials (read-only)",
      ).conflicts(["running", "sarif"]),
    )
    .addOption(
      new Option(
        "--unused-days <days>",
        "with --stage or --running: tell grants that were not used for so long; 0 tells those never used",
      )
        .argParser(daysOf)
        .default(UNUSED_DAYS),
    )
    .option("--all", "show what is excepted too, and why")
    .option("--json", "print JSON")
    .option("--sarif", "print SARIF 2.1.0, for code scanning")
    .action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options) {
  if (options.stage !== undefined || options.running) return runLive(context, options);
  // Loads AWS's reference of actions; other commands start faster without it.
  const [{ auditGraph }, { auditText }] = await Promise.all([
    import("../audit/graph.ts"),
    import("../audit/report.ts"),
  ]);
  const { report, sarif } = await auditGraph(resolve(options.graph)).catch(cannot);
  if (options.sarif) context.stdout.write(`${JSON.stringify(sarif(), null, 2)}\n`);
  else print(context, options, report, () => auditText(report, options.all ?? false, pageOf(context)));
  const { findings, stale } = report;
  if (findings.length + stale.length > 0)
    throw new CliError(`${counted(findings.length, "finding")}, ${counted(stale.length, "stale exception")}`);
}

/** Exceptions are held to in the graph: what a stage has depends on what it was deployed with. */
async function runLive(context: Context, options: Options) {
  // Loads several clients of the AWS SDK.
  const [{ auditAccount }, { isWrong }, { liveText }] = await Promise.all([
    import("../audit/live/account.ts"),
    import("../audit/live/analyzer.ts"),
    import("../audit/live/report.ts"),
  ]);
  const { stage, graph, unusedDays: days } = options;
  const report = await auditAccount(context, { stage, file: resolve(graph), days }).catch(cannot);
  print(context, options, report, () => liveText(report, options.all ?? false, pageOf(context)));
  const { drift, analysis } = report;
  const judged = "judgements" in analysis ? analysis.judgements.filter(isWrong).length : 0;
  const findings = report.findings.length + judged;
  if (findings + drift.length > 0)
    throw new CliError(`${counted(findings, "finding")}, ${counted(drift.length, "difference")} to the stacks`);
}

function cannot(error: unknown): never {
  throw new CliError(`the audit cannot run: ${messageOf(error)}`, CANNOT_RUN);
}
