import type { Input } from "../protocol/json.ts";
import { AwsError } from "../world.ts";

const DIMENSIONS = 30;
const NAME_LENGTH = 255;
const VALUE_LENGTH = 1024;

export const invalidValue = (name: string, value: unknown, why = "") =>
  new AwsError(
    "InvalidParameterValueException",
    `The value ${String(value)} for parameter ${name} is invalid.${why && ` ${why}`}`,
  );

export const missing = (name: string) =>
  new AwsError("MissingRequiredParameterException", `The parameter ${name} is required.`);

/** A member that is text, undefined where it is left out. */
export function optionalText(input: Input, name: string, longest = NAME_LENGTH): string | undefined {
  const value: unknown = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string" || value.length < 1 || value.length > longest) throw invalidValue(name, value);
  return value;
}

export function text(input: Input, name: string, longest = NAME_LENGTH): string {
  const value = optionalText(input, name, longest);
  if (value === undefined) throw missing(name);
  return value;
}

/** A member that is a list; empty where it is left out. */
export function list(input: Input, name: string): any[] {
  const value: unknown = input[name] ?? [];
  if (!Array.isArray(value)) throw invalidValue(name, value);
  return value;
}

/** A moment as clients send it, in seconds; here in milliseconds. */
export function moment(input: Input, name: string): number {
  const value: unknown = input[name];
  if (value === undefined) throw missing(name);
  const ms = typeof value === "string" ? Date.parse(value) : Number(value) * 1000;
  if (!Number.isFinite(ms)) throw invalidValue(name, value);
  return Math.round(ms);
}

/** An integer between two bounds, `otherwise` where it is left out. */
export function whole(input: Input, name: string, least: number, most: number, otherwise?: number): number {
  const value: unknown = input[name] ?? otherwise;
  if (value === undefined) throw missing(name);
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalidValue(name, value, `It must be a whole number from ${least} to ${most}.`);
}

/** `[{ Name, Value }]` as an object. */
export function dimensionsOf(input: Input): Record<string, string> {
  const all = list(input, "Dimensions");
  if (all.length > DIMENSIONS) throw invalidValue("Dimensions", all.length, `At most ${DIMENSIONS} are possible.`);
  const dimensions = all.map((one) => [text(one ?? {}, "Name"), text(one ?? {}, "Value", VALUE_LENGTH)] as const);
  const names = new Set(dimensions.map(([name]) => name));
  if (names.size < dimensions.length) throw invalidValue("Dimensions", [...names], "A dimension is there twice.");
  return Object.fromEntries(dimensions);
}

/** Metrics that services of AWS report have namespaces that nobody else may write to. */
export const isReserved = (namespace: string) => namespace.startsWith("AWS/");

/** A page of a list; the token is the index the next one starts at. */
export function page<T>(items: T[], most: number, token: unknown): { items: T[]; NextToken?: string } {
  const start = token === undefined ? 0 : Number(Buffer.from(String(token), "base64url").toString());
  if (!Number.isInteger(start) || start < 0) throw new AwsError("InvalidNextToken", "The NextToken is not valid.");
  const end = start + most;
  const NextToken = end < items.length ? Buffer.from(String(end)).toString("base64url") : undefined;
  return { items: items.slice(start, end), ...(NextToken && { NextToken }) };
}
