import { isDeepStrictEqual } from "node:util";
import type { Frame } from "../language.ts";
import type { Json } from "../types.ts";
import type { Operand, Path, Step, Test } from "./parse.ts";

/** A definite path that leads nowhere; `message` is Jayway's, as AWS reports it. */
export class NoResult extends Error {}

/**
 * What a path selects. A path that can select many (wildcard, slice, filter, descent) always gives a list, an empty one
 * when nothing is there; any other gives the value itself or throws `NoResult` (recorded on AWS).
 */
export function query({ root, steps }: Path, frame: Frame): Json {
  const start = startOf(root, frame);
  const definite = steps.every(({ kind }) => kind === "member" || kind === "index");
  if (!definite) return steps.reduce<Json[]>((found, step) => found.flatMap((value) => select(step, value)), [start]);
  let value = start;
  let walked = "$";
  for (const [at, step] of steps.entries()) {
    walked += step.kind === "member" ? `['${step.name}']` : `[${(step as { index: number }).index}]`;
    const [next] = select(step, value);
    if (next !== undefined) value = next;
    else if (at === steps.length - 1) throw new NoResult(`No results for path: ${walked}`);
    else throw new NoResult(`Missing property in path ${walked}`);
  }
  return value;
}

function startOf(root: Path["root"], { input, context, variables }: Frame): Json {
  if (root.kind === "input") return input;
  if (root.kind === "context") return context;
  if (Object.hasOwn(variables, root.name)) return variables[root.name]!;
  throw new NoResult(`The variable '${root.name}' is not defined`);
}

/** Values one step further; none when the value has no such part. */
function select(step: Step, value: Json): Json[] {
  switch (step.kind) {
    case "member":
      return isMap(value) && Object.hasOwn(value, step.name) ? [value[step.name]!] : [];
    case "members":
      return step.names.flatMap((name) => select({ kind: "member", name }, value));
    case "index":
      return pick(value, [step.index]);
    case "indices":
      return pick(value, step.indices);
    case "wildcard":
      return children(value);
    case "slice":
      return Array.isArray(value) ? value.slice(step.from, step.to) : [];
    case "descend":
      return descend(value);
    case "filter":
      return (Array.isArray(value) ? value : [value]).filter((item) => holds(step.test, item));
  }
}

function pick(value: Json, indices: number[]): Json[] {
  if (!Array.isArray(value)) return [];
  return indices.flatMap((index) => {
    const found = value.at(index);
    return found === undefined ? [] : [found];
  });
}

function children(value: Json): Json[] {
  if (Array.isArray(value)) return value;
  return isMap(value) ? Object.values(value) : [];
}

function descend(value: Json): Json[] {
  return [value, ...children(value).flatMap(descend)];
}

function holds(test: Test, item: Json): boolean {
  switch (test.kind) {
    case "or":
      return holds(test.left, item) || holds(test.right, item);
    case "and":
      return holds(test.left, item) && holds(test.right, item);
    case "not":
      return !holds(test.test, item);
    case "exists":
      return walk(test.path, item).length > 0;
    case "compare":
      return compare(test.operator, operand(test.left, item), operand(test.right, item));
  }
}

function walk(steps: Step[], item: Json): Json[] {
  return steps.reduce<Json[]>((found, step) => found.flatMap((value) => select(step, value)), [item]);
}

function operand(from: Operand, item: Json): Json | undefined {
  return "literal" in from ? from.literal : walk(from.path, item)[0];
}

function compare(operator: string, left: Json | undefined, right: Json | undefined): boolean {
  if (operator === "==") return isDeepStrictEqual(left, right);
  if (operator === "!=") return !isDeepStrictEqual(left, right);
  const comparable = typeof left === typeof right && (typeof left === "number" || typeof left === "string");
  if (!comparable) return false;
  const order = left! < right! ? -1 : left! > right! ? 1 : 0;
  return { "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0 }[operator]!;
}

function isMap(value: Json): value is { [name: string]: Json } {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
