import type { Access, Denial, Grant } from "../access/report.ts";
import { clean, counted, timeText } from "../format.ts";
import { type Column, table } from "../table.ts";
import type { Page } from "./page.ts";

const UNUSED = "unused";

/** For each role its grants and how often each was used, then the refused calls, then the sums. */
export function accessReport({ roles, denials }: Access, total: string, page: Page): string {
  const granted = roles.map(
    ({ role, grants }) => `${page.paint("bold", clean(nameOf(role)))}\n${grantTable(grants, page)}`,
  );
  const denied = denials.length > 0 ? [`${page.paint("bold", "denied")}\n${denialTable(denials, page)}`] : [];
  return [...granted, ...denied, total].join("\n\n");
}

/** `7 roles, 54 grants, 3 unused; 2 calls denied since 2026-01-02 03:04:05Z`. */
export function totals({ roles, denials, since }: Access): string {
  const grants = roles.flatMap((role) => role.grants);
  const unused = grants.filter(({ used }) => used === 0).length;
  const denied = denials.reduce((sum, { count }) => sum + count, 0);
  const from = since ? ` since ${timeText(since)}` : "";
  const granted = `${counted(roles.length, "role")}, ${counted(grants.length, "grant")}, ${unused} unused`;
  return clean(`${granted}; ${counted(denied, "call")} denied${from}`);
}

function grantTable(grants: Grant[], { paint, width }: Page): string {
  const columns: Column[] = [
    { title: "used", right: true, style: (padded, cell) => (cell === UNUSED ? paint("yellow", padded) : padded) },
    { title: "action" },
    { title: "resource", flexible: true },
    { title: "policy", flexible: true },
    { title: "on condition", flexible: true },
  ];
  const rows = grants.map(({ used, action, resource, policy, condition }) => {
    const when = condition === undefined ? "" : JSON.stringify(condition);
    return [used === 0 ? UNUSED : String(used), action, resource, policy, when].map(clean);
  });
  return table(columns, rows, width);
}

function denialTable(denials: Denial[], { width }: Page): string {
  const columns: Column[] = [
    { title: "times", right: true },
    { title: "action" },
    { title: "resource", flexible: true },
    { title: "by", flexible: true },
    { title: "reason", flexible: true },
  ];
  const rows = denials.map(({ count, action, resource, principal, reason }) =>
    [String(count), action, resource, nameOf(principal), reason].map(clean),
  );
  return table(columns, rows, width);
}

/** The end of an ARN: all roles of a cloud are in one account. */
function nameOf(arn: string): string {
  return arn.replace(/^arn:[^:]*:[^:]*:[^:]*:[^:]*:/, "").replace(/^role\//, "");
}
