import { join } from "node:path";
import { Bill, Cost } from "@dropclip/core/cost";
import { ROOT } from "../paths.ts";
import { readMachinery } from "./machinery.ts";

/** What the work is counted by: the stacks as they are here. */
export const readStacks = () => readMachinery(join(ROOT, "stacks", "graph.json"));

/** What taking media in cost, by item and in all, and what keeping them costs a month. */
export function costOf(rows: Cost.Row[], { machinery } = readStacks()) {
  const counted = rows.map((row) => Cost.ofMedia(row, machinery));
  return {
    ...Bill.of(Bill.add(...counted.map(({ once }) => once))),
    media: rows.length,
    monthly: Bill.of(Bill.add(...counted.map((one) => one.monthly))).total,
    /** What the records do not tell. */
    assumed: [...new Set(counted.flatMap((one) => one.assumed))],
  };
}
