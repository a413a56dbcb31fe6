import type { Bill } from "@dropclip/core/cost";
import type { Page } from "../show/page.ts";
import { table } from "../table.ts";

type Billed = ReturnType<typeof Bill.of>;

/** One amount after the other, what each costs, and what the prices rest on. */
export function costText({ lines, total, unconfirmed, unknown }: Billed, notes: string[], { width }: Page): string {
  if (lines.length === 0) return "nothing was done that costs anything";
  const columns = [
    { title: "WHAT" },
    { title: "AMOUNT", right: true },
    { title: "UNIT" },
    { title: "PRICE", right: true },
    { title: "COST", right: true },
  ];
  const rows = lines.map(({ item, amount, unit, usd, confirmed, cost }) => [
    item,
    amountText(amount),
    unit,
    usd === undefined ? "not known" : `${priceText(usd)}${confirmed ? "" : " ?"}`,
    cost === undefined ? "?" : moneyText(cost),
  ]);
  return [
    table(columns, rows, width),
    "",
    `total: ${moneyText(total)}${unconfirmed > 0 ? `, of which ${moneyText(unconfirmed)} by prices that are not confirmed (?)` : ""}`,
    ...(unknown.length > 0 ? [`without what has no known price: ${unknown.join("; ")}`] : []),
    ...notes,
    "US dollars, us-east-1, without taxes and discounts; docs/cost.md says what the prices rest on",
  ].join("\n");
}

/** What a bill alone does not say: what it costs to keep the files, and what is not known of them. */
export const costNotes = ({ monthly, assumed }: { monthly: number; assumed: string[] }) => [
  ...(monthly > 0 ? [`to keep it costs ${moneyText(monthly)} a month at most`] : []),
  ...assumed.map((what) => `assumed, since the record does not tell: ${what}`),
];

/** The same in one line. */
export const costLine = ({ total, unconfirmed, unknown }: Billed) =>
  [
    moneyText(total),
    ...(unconfirmed > 0 ? [`${moneyText(unconfirmed)} of it by prices that are not confirmed`] : []),
    ...(unknown.length > 0 ? [`without what has no known price: ${unknown.join("; ")}`] : []),
  ].join(", ");

/** Cents, and below a cent as many digits as say something. */
export const moneyText = (usd: number) => (usd >= 0.1 || usd === 0 ? `$${usd.toFixed(2)}` : `$${usd.toPrecision(2)}`);

const priceText = (usd: number) => `$${usd.toFixed(10).replace(/0+$/, "").replace(/\.$/, "")}`;

const amountText = (amount: number) =>
  amount >= 100 ? String(Math.round(amount)) : String(Number(amount.toPrecision(3)));
