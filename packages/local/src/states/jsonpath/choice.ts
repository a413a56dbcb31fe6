import type { Frame } from "../language.ts";
import { instantOf } from "../time.ts";
import type { Json, JsonObject } from "../types.ts";
import { lookUp, runtime } from "./template.ts";

type Compare = (left: any, right: any) => boolean;

const ORDER: Record<string, Compare> = {
  Equals: (left, right) => left === right,
  LessThan: (left, right) => left < right,
  GreaterThan: (left, right) => left > right,
  LessThanEquals: (left, right) => left <= right,
  GreaterThanEquals: (left, right) => left >= right,
};

const isInstant = (value: Json) => typeof value === "string" && instantOf(value) !== undefined;

const IS: Record<string, (value: Json) => boolean> = {
  IsNull: (value) => value === null,
  IsNumeric: (value) => typeof value === "number",
  IsString: (value) => typeof value === "string",
  IsBoolean: (value) => typeof value === "boolean",
  IsTimestamp: isInstant,
};

const COMPARISON =
  /^(String|Numeric|Boolean|Timestamp)(Equals|LessThan|GreaterThan|LessThanEquals|GreaterThanEquals)(Path)?$/;

export function isOperator(name: string): boolean {
  return name === "IsPresent" || name === "StringMatches" || Object.hasOwn(IS, name) || COMPARISON.test(name);
}

/** Whether a rule of a JSONPath Choice holds. */
export function matches(rule: JsonObject, frame: Frame): boolean {
  if (rule.And) return (rule.And as JsonObject[]).every((inner) => matches(inner, frame));
  if (rule.Or) return (rule.Or as JsonObject[]).some((inner) => matches(inner, frame));
  if (rule.Not) return !matches(rule.Not as JsonObject, frame);
  const variable = rule.Variable as string;
  const operator = Object.keys(rule).find(isOperator)!;
  const expected = rule[operator]!;
  const value = lookUp(variable, frame);
  if (operator === "IsPresent") return (value !== undefined) === expected;
  if (value === undefined) {
    throw runtime(`Invalid path '${variable}': The choice state's condition path references an invalid value.`);
  }
  if (Object.hasOwn(IS, operator)) return IS[operator]!(value) === expected;
  if (operator === "StringMatches") return typeof value === "string" && pattern(expected as string).test(value);
  const [, type, order, path] = COMPARISON.exec(operator)!;
  const other = path ? lookUp(expected as string, frame) : expected;
  if (other === undefined) {
    throw runtime(`Invalid path '${expected}': The choice state's condition path references an invalid value.`);
  }
  const [left, right] = [operand(type!, value), operand(type!, other)];
  return left !== undefined && right !== undefined && ORDER[order!]!(left, right);
}

/** The value as the operator compares it; undefined when it is of another type, which makes the rule false. */
function operand(type: string, value: Json): unknown {
  if (type === "Timestamp") return typeof value === "string" ? instantOf(value) : undefined;
  const wanted = { String: "string", Numeric: "number", Boolean: "boolean" }[type];
  return typeof value === wanted ? value : undefined;
}

/** `*` stands for any characters, `\*` and `\\` for themselves. */
function pattern(text: string): RegExp {
  const parts = text.match(/\\[\\*]|[\s\S]/g) ?? [];
  const source = parts.map((part) =>
    part === "*" ? "[\\s\\S]*" : part.at(-1)!.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"),
  );
  return new RegExp(`^${source.join("")}$`);
}
