import { clean } from "../format.ts";

/** `name  value` lines; those without a value are left out. */
export function facts(rows: [name: string, value: string | number | undefined][]): string {
  const known = rows.filter(([, value]) => value !== undefined && value !== "");
  const width = Math.max(...known.map(([name]) => name.length));
  return known.map(([name, value]) => `${name.padEnd(width)}  ${clean(String(value))}`).join("\n");
}
