import { cidr } from "./cidr.ts";
import { numeric } from "./numeric.ts";
import { wildcard } from "./wildcard.ts";

export type Scalar = string | number | boolean | null;
/** Whether one value of the event satisfies one alternative of a pattern. */
export type Test = (value: Scalar) => boolean;

type Compile = (operand: unknown) => Test;

/** One element of a pattern's array: a value, or an object with one operator. Throws a reason when it is neither. */
export function compileTest(element: unknown): Test {
  if (element === null || typeof element !== "object") return (value) => value === element;
  if (Array.isArray(element)) throw new Error("Arrays must not be nested");
  return compileOperator(element as Record<string, unknown>, OPERATORS, "match type");
}

function compileOperator(operator: Record<string, unknown>, known: Record<string, Compile>, what: string): Test {
  const [name, ...rest] = Object.keys(operator);
  if (name === undefined) throw new Error("Empty objects are not allowed");
  if (rest.length > 0) throw new Error("Only one key allowed in match expression");
  if (!Object.hasOwn(known, name)) throw new Error(`Unrecognized ${what} ${name}`);
  return known[name]!(operator[name]);
}

const lower = (text: string) => text.toLowerCase();

const ignoreCase =
  (text: string): Test =>
  (value) =>
    typeof value === "string" && lower(value) === lower(text);

const glob = (text: string): Test => {
  const matches = wildcard(text);
  return (value) => typeof value === "string" && matches(value);
};

/** `prefix` and `suffix` take a text, or a text whose case does not matter. */
function affix(name: "prefix" | "suffix", operand: unknown): Test {
  const has = name === "prefix" ? "startsWith" : "endsWith";
  if (typeof operand === "string") return (value) => typeof value === "string" && value[has](operand);
  if (typeof operand !== "object" || operand === null) throw new Error(`${name} match pattern must be a string`);
  return compileOperator(
    operand as Record<string, unknown>,
    {
      "equals-ignore-case": (text) => {
        const wanted = lower(string(text, "equals-ignore-case"));
        return (value) => typeof value === "string" && lower(value)[has](wanted);
      },
    },
    `${name} match type`,
  );
}

const OPERATORS: Record<string, Compile> = {
  prefix: (operand) => affix("prefix", operand),
  suffix: (operand) => affix("suffix", operand),
  "equals-ignore-case": (operand) => ignoreCase(string(operand, "equals-ignore-case")),
  wildcard: (operand) => glob(string(operand, "wildcard")),
  "anything-but": anythingBut,
  numeric: (operand) => {
    const matches = numeric(operand);
    return (value) => typeof value === "number" && matches(value);
  },
  cidr: (operand) => {
    const matches = cidr(operand);
    return (value) => typeof value === "string" && matches(value);
  },
};

/** Everything except a value, values of one kind, or what an operator on texts matches. */
function anythingBut(operand: unknown): Test {
  if (typeof operand === "object" && operand !== null && !Array.isArray(operand)) {
    return not(compileOperator(operand as Record<string, unknown>, EXCEPTIONS, "anything-but match type"));
  }
  const values: unknown[] = Array.isArray(operand) ? operand : [operand];
  const [first] = values;
  if (values.length === 0) throw new Error("Empty lists are not allowed in anything-but");
  const oneKind = values.every((value) => typeof value === typeof first);
  if (!oneKind || (typeof first !== "string" && typeof first !== "number")) {
    throw new Error("Inside anything-but list, either all values are number or string, mixed type is not supported");
  }
  return (value) => !values.includes(value);
}

const EXCEPTIONS: Record<string, Compile> = {
  prefix: (operand) => any(operand, "prefix", (text) => affix("prefix", text)),
  suffix: (operand) => any(operand, "suffix", (text) => affix("suffix", text)),
  "equals-ignore-case": (operand) => any(operand, "equals-ignore-case", ignoreCase),
  wildcard: (operand) => any(operand, "wildcard", glob),
};

/** One of several texts; an empty one would except everything. */
function any(operand: unknown, name: string, compile: (text: string) => Test): Test {
  const values = Array.isArray(operand) ? operand : [operand];
  const texts = values.map((value) => string(value, `anything-but ${name}`));
  if (texts.length === 0 || texts.includes("")) throw new Error("Null prefix/suffix not allowed");
  const tests = texts.map(compile);
  return (value) => tests.some((test) => test(value));
}

function not(test: Test): Test {
  return (value) => !test(value);
}

function string(value: unknown, name: string): string {
  if (typeof value !== "string") throw new Error(`${name} match pattern must be a string`);
  return value;
}
