import { clean, counted, shorten } from "../../format.ts";
import type { Page } from "../../show/page.ts";
import { auditText } from "../report.ts";
import type { LiveReport } from "./account.ts";

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
    `${paint("gray", "NOT RUN")}     Access Analyzer's ValidatePolicy and the last use of each grant: the audit does not ask for them yet`,
    auditText({ ...report, stale: [] }, all, page),
    `${counted(report.drift.length, "difference")} to the stacks`,
  ].join("\n");
}
