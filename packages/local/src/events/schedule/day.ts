import { parseField } from "./field.ts";

const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** Days of the month or of the week; exactly one of the two fields is `?`. */
export type DayField =
  | { kind: "monthDays"; values: Set<number> }
  | { kind: "weekdays"; values: Set<number> }
  | { kind: "lastDay" }
  /** The weekday (Monday to Friday) nearest to a day, within its month. */
  | { kind: "nearestWeekday"; day: number }
  /** The nth such weekday of the month; 0 is the last. */
  | { kind: "nth"; weekday: number; nth: number };

/** Reads the two day fields; undefined when they are malformed or both set. */
export function parseDay(monthDay: string, weekday: string): DayField | undefined {
  if ((monthDay === "?") === (weekday === "?")) return undefined;
  return monthDay === "?" ? parseWeekday(weekday) : parseMonthDay(monthDay);
}

function parseMonthDay(text: string): DayField | undefined {
  if (text === "L") return { kind: "lastDay" };
  const nearest = /^(\d{1,2})W$/.exec(text);
  if (nearest) {
    const day = Number(nearest[1]);
    return day >= 1 && day <= 31 ? { kind: "nearestWeekday", day } : undefined;
  }
  const values = parseField(text, 1, 31);
  return values && { kind: "monthDays", values };
}

/** Days of the week count from 1, Sunday. */
function parseWeekday(text: string): DayField | undefined {
  const special = /^(\w+?)(?:#([1-5])|(L))$/.exec(text);
  if (special) {
    const [weekday] = parseField(special[1]!, 1, 7, WEEKDAYS) ?? [];
    return weekday === undefined ? undefined : { kind: "nth", weekday, nth: special[3] ? 0 : Number(special[2]) };
  }
  if (text === "L") return { kind: "weekdays", values: new Set([7]) };
  const values = parseField(text, 1, 7, WEEKDAYS);
  return values && { kind: "weekdays", values };
}

export function dayMatches(field: DayField, date: Date): boolean {
  const day = date.getUTCDate();
  const weekday = date.getUTCDay() + 1;
  const last = lastDayOf(date);
  if (field.kind === "monthDays") return field.values.has(day);
  if (field.kind === "weekdays") return field.values.has(weekday);
  if (field.kind === "lastDay") return day === last;
  if (field.kind === "nearestWeekday") return day === nearestWeekday(date, Math.min(field.day, last));
  if (weekday !== field.weekday) return false;
  return field.nth === 0 ? day + 7 > last : Math.ceil(day / 7) === field.nth;
}

function nearestWeekday(date: Date, day: number): number {
  const weekday = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), day)).getUTCDay();
  if (weekday === 6) return day === 1 ? 3 : day - 1;
  if (weekday === 0) return day === lastDayOf(date) ? day - 2 : day + 1;
  return day;
}

function lastDayOf(date: Date): number {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}
