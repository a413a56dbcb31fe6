import type { Expression, Operator } from "./expression.ts";
import { FUNCTIONS } from "./functions.ts";
import { combine, type Grid, map, type Series, type Value } from "./value.ts";

/** What an expression may refer to. */
export interface Scope {
  grid: Grid;
  /** A metric's or an expression's result, by its id. */
  value(id: string): Value;
  /** All metrics of the request whose id holds this text, in order; no expressions. */
  metrics(part: string): Series[];
  /** A metric's period in seconds. */
  periodSeconds(id: string): number;
}

const OPERATORS: Record<Operator, (a: number, b: number) => number> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => (b === 0 ? Number.NaN : a / b),
  "^": (a, b) => a ** b,
  "==": (a, b) => Number(a === b),
  "!=": (a, b) => Number(a !== b),
  "<=": (a, b) => Number(a <= b),
  ">=": (a, b) => Number(a >= b),
  "<": (a, b) => Number(a < b),
  ">": (a, b) => Number(a > b),
  AND: (a, b) => Number(a !== 0 && b !== 0),
  OR: (a, b) => Number(a !== 0 || b !== 0),
};

/** Throws an Error that says what cannot be computed. */
export function evaluate(expression: Expression, scope: Scope): Value {
  switch (expression.kind) {
    case "number":
      return expression.value;
    case "id":
      return scope.value(expression.name);
    case "list":
      return expression.items.flatMap((item) => {
        const value = evaluate(item, scope);
        if (typeof value === "number") throw new Error("an array holds time series only");
        return value;
      });
    case "negative":
      return map(evaluate(expression.of, scope), (value) => -value);
    case "operator":
      return combine(
        evaluate(expression.left, scope),
        evaluate(expression.right, scope),
        OPERATORS[expression.operator],
      );
    case "call":
      return call(expression.name, expression.arguments, scope);
    default:
      throw new Error(`unexpected ${expression.kind === "text" ? `"${expression.value}"` : expression.name}`);
  }
}

function call(name: string, given: Expression[], scope: Scope): Value {
  if (name === "METRICS") {
    const [part] = given;
    if (part !== undefined && part.kind !== "text") throw new Error("METRICS takes a text");
    return scope.metrics(part?.value ?? "");
  }
  if (name === "PERIOD") {
    if (given[0]?.kind !== "id") throw new Error("PERIOD takes a metric");
    return scope.periodSeconds(given[0].name);
  }
  if (!Object.hasOwn(FUNCTIONS, name)) throw new Error(`the function ${name} does not run locally`);
  const words = given.map((one) => (one.kind === "word" ? one.name : undefined));
  const values = given.map((one) => (one.kind === "word" ? (undefined as unknown as Value) : evaluate(one, scope)));
  return FUNCTIONS[name]!(values, words, scope.grid);
}
