import { AwsError } from "../../world.ts";
import { compileTest, type Scalar, type Test } from "./matchers.ts";

type Json = Record<string, unknown>;

/** Whether an event, or a part of it, satisfies a part of a pattern; `root` is the whole event. */
type Part = (node: unknown, root: unknown) => boolean;

/** Names that make an `$or` an ordinary field, as older rules may have it. */
const OPERATOR_NAMES = new Set([
  "exactly",
  "prefix",
  "suffix",
  "equals-ignore-case",
  "wildcard",
  "anything-but",
  "numeric",
  "cidr",
  "exists",
]);

/**
 * Compiles an event pattern to a test of whole events. InvalidEventPatternException when EventBridge would refuse it.
 */
export function compilePattern(pattern: unknown): (event: unknown) => boolean {
  try {
    if (!isObject(pattern)) throw new Error("Filter is not an object");
    const matches = compileObject(pattern, []);
    return (event) => matches(event, event);
  } catch (error) {
    const reason = (error as Error).message;
    throw new AwsError("InvalidEventPatternException", `Event pattern is not valid. Reason: ${reason}`, 400);
  }
}

function compileObject(pattern: Json, path: string[]): Part {
  const parts = Object.entries(pattern).map(([name, value]) => compileField(name, value, path));
  if (parts.length === 0) throw new Error("Empty objects are not allowed");
  const all: Part = (node, root) => parts.every((part) => part(node, root));
  // Every field of a pattern must be found in the same element of an array.
  const inside: Part = (node, root) => {
    if (!Array.isArray(node)) return all(isObject(node) ? node : undefined, root);
    return node.length === 0 ? all(undefined, root) : node.some((element) => inside(element, root));
  };
  return inside;
}

function compileField(name: string, value: unknown, path: string[]): Part {
  if (name === "$or" && isOr(value)) {
    const choices = value.map((choice) => compileObject(choice, path));
    return (node, root) => choices.some((choice) => choice(node, root));
  }
  const here = [...path, name];
  const child = (node: unknown) => (isObject(node) && Object.hasOwn(node, name) ? node[name] : undefined);
  if (Array.isArray(value)) {
    const leaf = compileLeaf(value, here);
    return (node, root) => leaf(child(node), root);
  }
  if (!isObject(value)) throw new Error(`"${name}" must be an object or an array`);
  const inner = compileObject(value, here);
  return (node, root) => inner(child(node), root);
}

/** The alternatives of one field: any value of the event's field may satisfy any of them. */
function compileLeaf(alternatives: unknown[], path: string[]): Part {
  if (alternatives.length === 0) throw new Error("Empty arrays are not allowed");
  const absent = alternatives.some((alternative) => existsOf(alternative) === false);
  const present = alternatives.some((alternative) => existsOf(alternative) === true);
  const tests: Test[] = alternatives.filter((alternative) => existsOf(alternative) === undefined).map(compileTest);
  return (node, root) => {
    const values = scalars(node);
    if (present && values.length > 0) return true;
    // Absence is of the field in the whole event, not in one element of an array.
    if (absent && scalarsAt(root, path).length === 0) return true;
    return values.some((value) => tests.some((test) => test(value)));
  };
}

function existsOf(alternative: unknown): boolean | undefined {
  if (!isObject(alternative) || !Object.hasOwn(alternative, "exists")) return undefined;
  if (Object.keys(alternative).length > 1) throw new Error("Only one key allowed in match expression");
  if (typeof alternative.exists !== "boolean") throw new Error("exists match pattern must be either true or false.");
  return alternative.exists;
}

function isOr(value: unknown): value is Json[] {
  if (!Array.isArray(value) || value.length < 2) return false;
  return value.every((choice) => isObject(choice) && !Object.keys(choice).some((name) => OPERATOR_NAMES.has(name)));
}

/** The values of a field: itself, or those of its array at any depth. Objects are no values. */
function scalars(node: unknown): Scalar[] {
  if (node === undefined) return [];
  if (Array.isArray(node)) return node.flatMap(scalars);
  return typeof node === "object" && node !== null ? [] : [node as Scalar];
}

function scalarsAt(node: unknown, path: string[]): Scalar[] {
  const [name, ...rest] = path;
  if (name === undefined) return scalars(node);
  if (Array.isArray(node)) return node.flatMap((element) => scalarsAt(element, path));
  return isObject(node) && Object.hasOwn(node, name) ? scalarsAt(node[name], rest) : [];
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
