import type { Result } from "./scenario.ts";

type Counts = Record<string, number>;
type Row = [label: string, ...cells: string[]];

const number = (value: number) => value.toLocaleString("en-US");
const dollars = (value: number) => `$${value.toFixed(2)}`;

/** One column per scenario; a count that any scenario has is a row for all. */
export function table(results: Result[]): string {
  const row = (label: string, cell: (result: Result) => string): Row => [label, ...results.map(cell)];
  const counts = (label: string, of: (result: Result) => Counts): Row[] =>
    [...new Set(results.flatMap((result) => Object.keys(of(result))))].map((name) =>
      row(`${label} ${name}`, (result) => number(of(result)[name] ?? 0)),
    );
  const rows: Row[] = [
    row("Lambda concurrency", ({ concurrency }) => number(concurrency)),
    row("uploads", ({ uploads }) => number(uploads)),
    row("clips among them", ({ clips }) => number(clips)),
    row("time to publish p50, minutes", ({ minutes }) => String(minutes.p50)),
    row("time to publish p99", ({ minutes }) => String(minutes.p99)),
    row("time to drain", ({ minutes }) => String(minutes.last)),
    row("uploads lost", ({ lost }) => number(lost)),
    row("dead letters", ({ deadLetters }) => number(deadLetters)),
    ...counts("executions", ({ failed }) => failed as unknown as Counts),
    row("begun again by the sweep", ({ restarted }) => number(restarted)),
    row("state transitions", ({ transitions }) => number(transitions)),
    row("longest wait for one, ms", ({ longestPaceMs }) => number(longestPaceMs)),
    ...counts("failed attempts:", ({ failedAttempts }) => failedAttempts as unknown as Counts),
    ...counts("throttles:", ({ throttles }) => throttles as unknown as Counts),
    ...counts("most for one file:", ({ mostRefusals }) => mostRefusals),
    row("Step Functions", (result) => dollars(result.dollars.stepFunctions)),
    row("Lambda (price unconfirmed)", (result) => dollars(result.dollars.lambda)),
    row("MediaConvert (price unconfirmed)", (result) => dollars(result.dollars.mediaConvert)),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)));
  return rows
    .map((cells) =>
      cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join("  "),
    )
    .join("\n");
}
