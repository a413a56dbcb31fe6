import type { Report } from "@dropclip/audit/audit";
import type { Color } from "../color.ts";
import { clean, counted } from "../format.ts";
import type { Page } from "../show/page.ts";

const COLORS: Record<string, Color> = { critical: "red", high: "red", medium: "yellow", low: "gray" };

/** What was found, for people; with `all` what is excepted too. */
export function auditText(report: Report, all: boolean, { paint }: Page): string {
  const { findings, excepted, stale } = report;
  const found = findings.flatMap(({ severity, rule, resource, says, page }) => [
    `${paint(COLORS[severity]!, severity.toUpperCase().padEnd(8))}  ${rule}  ${clean(resource)}: ${clean(says)}`,
    `          ${page}`,
  ]);
  const why = (all ? excepted : []).flatMap(({ rule, resource, says, reason }) => [
    `${paint("gray", "EXCEPTED")}  ${rule}  ${clean(resource)}: ${clean(says)}`,
    `          ${clean(reason)}`,
  ]);
  const old = stale.map(
    ({ exception, why }) =>
      `${paint("red", "STALE   ")}  ${clean(exception.rule)}  ${clean(exception.resource)}: ${why}: remove it from stacks/exceptions.ts`,
  );
  const hint = all || excepted.length === 0 ? "" : " (--all shows them, and why)";
  const sum = `${counted(report.rules, "rule")} over ${counted(report.resources, "resource")} of stage ${clean(report.stage)}: ${counted(findings.length, "finding")}, ${excepted.length} excepted${hint}`;
  return [...found, ...why, ...old, sum].join("\n");
}
