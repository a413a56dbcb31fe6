import jsonata from "jsonata";
import { EvaluationError } from "../errors.ts";
import { EXPRESSION_DEPTH, EXPRESSION_MS, SEQUENCE_ITEMS } from "../limits.ts";
import type { Json } from "../types.ts";
import { MemoryLimitError } from "./functions.ts";

type Compiled = ReturnType<typeof jsonata>;
/** Parsed expressions; the few hundred of all definitions stay, the oldest go. */
const compiled = new Map<string, Compiled>();
const COMPILED = 500;

const EXPRESSION = /^\{%([\s\S]*)%\}$/;

/**
 * The expression inside `{% … %}`, or undefined when the text is literal. AWS takes nothing outside the braces, not
 * even a blank.
 */
export function expressionOf(value: unknown): string | undefined {
  return typeof value === "string" ? EXPRESSION.exec(value)?.[1]?.trim() : undefined;
}

/** Parses without running; throws jsonata's error. */
export function compile(expression: string): Compiled {
  let found = compiled.get(expression);
  if (!found) {
    found = jsonata(expression, { timeout: EXPRESSION_MS, stack: EXPRESSION_DEPTH, sequence: SEQUENCE_ITEMS });
    compiled.set(expression, found);
    if (compiled.size > COMPILED) compiled.delete(compiled.keys().next().value!);
  }
  return found;
}

/** Every expression in a template replaced by its value; `location` names the field for errors: `Output/result`. */
export async function evaluateTemplate(
  template: Json,
  location: string,
  bindings: Record<string, unknown>,
): Promise<Json> {
  if (Array.isArray(template)) {
    const list: Json[] = [];
    for (const [index, value] of template.entries()) {
      list.push(await evaluateTemplate(value, `${location}[${index}]`, bindings));
    }
    return list;
  }
  if (template !== null && typeof template === "object") {
    const entries: [string, Json][] = [];
    for (const [name, value] of Object.entries(template)) {
      entries.push([name, await evaluateTemplate(value, `${location}/${name}`, bindings)]);
    }
    return Object.fromEntries(entries);
  }
  const expression = expressionOf(template);
  return expression === undefined ? template : evaluate(expression, location, bindings);
}

/** The value of one expression as plain JSON. */
export async function evaluate(expression: string, location: string, bindings: Record<string, unknown>): Promise<Json> {
  const value = await run(expression, location, bindings);
  if (value === undefined) throw failure(expression, location, "returned nothing (undefined).");
  if (!isData(value)) throw failure(expression, location, "returned an unsupported result type.");
  // Detached from jsonata's sequences, and from the input the expression may have handed back.
  return JSON.parse(JSON.stringify(value, finite));
}

/** AWS writes a number JSON has no word for as text: `1/0` is `"Infinity"` (measured). */
function finite(_name: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}

let turn: Promise<unknown> = Promise.resolve();

/** One expression at a time, so that the time limit counts its own time and not that of thousands beside it. */
async function run(expression: string, location: string, bindings: Record<string, unknown>): Promise<unknown> {
  const before = turn;
  const { promise, resolve } = Promise.withResolvers<void>();
  turn = promise;
  await before;
  try {
    return await compile(expression).evaluate(undefined, bindings);
  } catch (error) {
    throw failure(expression, location, `threw an error during evaluation${reasonOf(error)}`);
  } finally {
    resolve();
  }
}

const STACK = `Check for non-terminating recursive function. Consider rewriting as tail-recursive. Depth=${EXPRESSION_DEPTH + 1} max=${EXPRESSION_DEPTH}`;

/** Limits end AWS's sentence behind a colon, jsonata's own errors behind a full stop and their code (measured). */
function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  if (code === "D1011") return `: Stack overflow error: ${STACK}`;
  if (code === "D1012") return ": Expression evaluation timeout: Check for infinite loop";
  if (code === "D2014" || code === "D2015" || error instanceof MemoryLimitError) {
    return ": Expression evaluation memory limit exceeded: Check for excessive memory usage";
  }
  return code ? `. ${code}: ${message}` : `. ${message}`;
}

function failure(expression: string, location: string, what: string): EvaluationError {
  const text = `The JSONata expression '${expression}' specified for the field '${location}' ${what}`;
  return new EvaluationError(text, location);
}

/** An expression that gave the wrong type. */
export function unexpectedType(expression: string, location: string, expected: string, value: Json): EvaluationError {
  const was = `Expected '${expected}', but was '${typeName(value)}' for value: ${JSON.stringify(value)}`;
  return failure(expression, location, `returned an unexpected result type. ${was}`);
}

export function typeName(value: Json): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

/** Functions and regular expressions are values in JSONata, but no JSON. */
function isData(value: unknown): boolean {
  if (typeof value === "function" || value instanceof RegExp) return false;
  if (Array.isArray(value)) return value.every(isData);
  if (value === null || typeof value !== "object") return true;
  if ("_jsonata_lambda" in value || "_jsonata_function" in value) return false;
  return Object.values(value).every((member) => member === undefined || isData(member));
}
