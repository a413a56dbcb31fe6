import type { Json } from "../types.ts";

/** How Java prints a value: `States.Format` shows objects as `{Id=…, Name=…}` (recorded on AWS). */
export function javaText(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(javaText).join(", ")}]`;
  if (value === null || typeof value !== "object") return String(value);
  return `{${Object.entries(value)
    .map(([name, member]) => `${name}=${javaText(member)}`)
    .join(", ")}}`;
}
