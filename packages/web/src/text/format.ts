import { locale } from "./index.ts";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
const STEP = 1024;

/** `1.5 GB`, as people and their phones say it. */
export function bytes(count: number): string {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log(Math.max(count, 1)) / Math.log(STEP)));
  const value = count / STEP ** step;
  const digits = value < 10 && step > 1 ? 1 : 0;
  const shape = { style: "unit", unit: UNITS[step]!, maximumFractionDigits: digits } as const;
  return new Intl.NumberFormat(locale, shape).format(value);
}

export const percent = (share: number) => new Intl.NumberFormat(locale, { style: "percent" }).format(share);

/** `1:05`, `1:02:03`. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, index) => (index === 0 ? `${part}` : `${part}`.padStart(2, "0"))).join(":");
}

const unit = (value: number, name: string) =>
  new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay: "long", maximumFractionDigits: 1 }).format(
    value,
  );

/** `10 minutes`: how long something may last, or will take. */
export function duration(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 60) return unit(seconds, "second");
  if (seconds < 3600) return unit(Math.round(seconds / 60), "minute");
  return unit(Math.round(seconds / 360) / 10, "hour");
}

const date = (iso: string, shape: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(locale, shape).format(new Date(iso));

/** A day with its time, in the reader's own zone. */
export const moment = (iso: string) => date(iso, { dateStyle: "medium", timeStyle: "short" });
export const longMoment = (iso: string) => date(iso, { dateStyle: "full", timeStyle: "short" });
export const list = (words: string[]) => new Intl.ListFormat(locale, { type: "conjunction" }).format(words);
