import type { Webhook } from "@dropclip/core/webhook";
import { clean, durationText } from "../format.ts";
import type { Page } from "../show/page.ts";
import { table } from "../table.ts";

type State = Awaited<ReturnType<typeof Webhook.state>>;
type Row = State["waiting"][number];

/** Whether the webhook is on, what waits for it, and what was given up in the time that records are kept. */
export function webhookPage({ off, waiting, givenUp }: State, now: number, { paint, width }: Page): string {
  const ago = (at: string) => `${durationText(Math.max(0, now - Date.parse(at)))} ago`;
  const line = off
    ? paint(
        "red",
        `off: ${clean(off.url)} answered ${ago(off.since)} that it is gone; dropclip webhook enable turns it on`,
      )
    : paint("green", "on");
  const rowOf = (row: Row, state: string) => [
    clean(row.id),
    row.resentAt === undefined ? state : `${state}, resent ${ago(row.resentAt)}`,
    String(row.attempts),
    row.last?.at === undefined ? "" : ago(row.last.at),
    clean(row.last?.answer ?? ""),
  ];
  const rows = [...givenUp.map((row) => rowOf(row, "given up")), ...waiting.map((row) => rowOf(row, "waits"))];
  const columns = [
    { title: "DELIVERY", flexible: true, keepEnd: true },
    ...[{ title: "STATE" }, { title: "ATTEMPTS", right: true }, { title: "LAST", right: true }, { title: "ANSWER" }],
  ];
  const counts = `deliveries: ${waiting.length} waiting, ${givenUp.length} given up in 30 days`;
  return [line, counts, ...(rows.length > 0 ? ["", table(columns, rows, width)] : [])].join("\n");
}
