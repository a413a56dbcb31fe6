export * as Bill from "./bill.ts";

import { type Item, PRICES, type Price } from "./prices.ts";

/** How much of each there is, in the price's unit. */
export type Amounts = Partial<Record<Item, number>>;

export interface Line extends Price {
  item: Item;
  amount: number;
  /** Undefined where the price is not known. */
  cost: number | undefined;
}

/** What amounts cost: `total` without what has no known price, `unconfirmed` the part that rests on third parties. */
export function of(amounts: Amounts): { lines: Line[]; total: number; unconfirmed: number; unknown: Item[] } {
  const lines = (Object.entries(PRICES) as [Item, Price][]).flatMap(([item, price]) => {
    const amount = amounts[item] ?? 0;
    if (amount === 0) return [];
    return [{ item, amount, ...price, cost: price.usd === undefined ? undefined : amount * price.usd }];
  });
  const sum = (some: Line[]) => some.reduce((all, { cost = 0 }) => all + cost, 0);
  return {
    lines,
    total: sum(lines),
    unconfirmed: sum(lines.filter(({ confirmed }) => !confirmed)),
    unknown: lines.filter(({ cost }) => cost === undefined).map(({ item }) => item),
  };
}

export function add(...all: Amounts[]): Amounts {
  const sum: Amounts = {};
  for (const amounts of all)
    for (const [item, amount] of Object.entries(amounts) as [Item, number][]) sum[item] = (sum[item] ?? 0) + amount;
  return sum;
}

export const times = (amounts: Amounts, count: number): Amounts =>
  Object.fromEntries(Object.entries(amounts).map(([item, amount]) => [item, amount * count]));
