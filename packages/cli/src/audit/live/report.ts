import { clean, counted, shorten } from "../../format.ts";
import type { Page } from "../../show/page.ts";
import { auditText } from "../report.ts";
import type { LiveReport } from "./account.ts";
import { type Analysis, isWrong } from "./analyzer.ts";

const LONGEST_VALUE = 160;
const SIGNS = { missing: "is in the stacks and not there", unexpected: "is there and not in the stacks" };

/** What was found in an account, for people: findings, drift, and plainly what was not looked at. */
export function liveText(report: LiveReport, all: boolean, page: Page): string {
  const { paint } = page;
  const value = (one: unknown) => clean(shorten(JSON.stringify(one) ?? "nothing", LONGEST_VALUE));
  const drifts = report.drift.map(({ kind, type, name, attribute, is, should }) => {
    const what = kind === "changed" ? `${attribute} is ${value(is)}, in the stacks ${value(should)}` : SIGNS[kind];
    return `${paint("red", kind.toUpperCase().padEnd(10))}  ${type} ${clean(name)}: ${what}`;
  });
  const unseen = report.unseen.map(({ type, why }) => `${paint("gray", "NOT SEEN")}    ${type}: ${clean(why)}`);
  const notRun = report.notRun.map(({ rule }) => rule).join(", ");
  return [
    ...drifts,
    ...unseen,
    ...(notRun ? [`${paint("gray", "NOT RUN")}     ${notRun}: they ask for what was not seen`] : []),
    ...analysisLines(report.analysis, page),
    ...lastUseLines(report.lastUse, page),
    auditText({ ...report, stale: [] }, all, page),
    `${counted(report.drift.length, "difference")} to the stacks`,
  ].join("\n");
}

/** What Access Analyzer says: by its own names, which its pages explain. */
function analysisLines(analysis: Analysis, { paint }: Page): string[] {
  if ("notRun" in analysis)
    return [`${paint("gray", "NOT RUN")}     Access Analyzer's ValidatePolicy: ${clean(analysis.notRun)}`];
  const lines = analysis.judgements.flatMap((one) => {
    const { resource, policyType, resourceType, kind, code, says, page, line } = one;
    const color = isWrong(one) ? "red" : "gray";
    const where = line === undefined ? "" : `, line ${line}`;
    return [
      `${paint(color, kind.padEnd(10))}  ${code}  ${clean(resource)} (${resourceType ?? policyType}${where}): ${clean(says)}`,
      `            ${page}`,
    ];
  });
  return [...lines, `Access Analyzer was asked about ${analysis.policies} policies`];
}

/** Grants without use, by role: they are told, and are no failure. */
function lastUseLines(use: LiveReport["lastUse"], { paint }: Page): string[] {
  if ("notRun" in use) return [`${paint("gray", "NOT RUN")}     last use of each grant: ${clean(use.notRun)}`];
  const { days, roles, young, unused } = use;
  const alike = Map.groupBy(unused, ({ role, statement, action, watched, last }) =>
    JSON.stringify([role, statement, action.split(":")[0], watched, last?.slice(0, 10)]),
  );
  const lines = [...alike.values()].map((group) => {
    const { role, statement, action, watched, last } = group[0]!;
    const [service] = action.split(":");
    const names = group.map((one) => one.action.slice(service!.length + 1)).join(", ");
    const of = watched === "action" ? "" : ` (AWS tells only when ${service} was used)`;
    const when = last ? `last used ${last.slice(0, 10)}` : "never used";
    return `${paint("yellow", "UNUSED")}      ${clean(`${role} (${statement}): ${service}: ${names}`)}: ${when}${of}`;
  });
  const since = days === 0 ? "ever" : `in ${counted(days, "day")}`;
  const early = young.length > 0 ? `; ${counted(young.length, "role")} too young to tell` : "";
  return [...lines, `${counted(unused.length, "grant")} of ${counted(roles, "role")} not used ${since}${early}`];
}
