import type { RequestContext } from "./context.ts";
import { OPERATORS } from "./operators.ts";
import { PolicyError } from "./policy-error.ts";

export type ContextTest = (context: RequestContext) => boolean;

const NAME = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/;

/** A statement's `Condition` as tests that must all hold. */
export function conditionTests(condition: unknown, variables: boolean): ContextTest[] {
  if (condition === undefined) return [];
  return entries(condition, "Condition").flatMap(([operator, keys]) =>
    entries(keys, operator).map(([key, values]) => conditionTest(operator, key, texts(values, operator), variables)),
  );
}

function conditionTest(name: string, key: string, values: string[], variables: boolean): ContextTest {
  const [, set, base = "", ifExists] = NAME.exec(name) ?? [];
  const wanted = key.toLowerCase();
  if (base === "Null" && !set && !ifExists) return presence(wanted, values);
  const operator = Object.hasOwn(OPERATORS, base) ? OPERATORS[base] : undefined;
  if (!operator) throw new PolicyError(`there is no condition operator ${name}`);
  const { negated = false } = operator;
  const tests = values.map((value) => operator.test(value, variables));
  // Several values are alternatives; negated, none of them may match.
  const holds = (text: string, context: RequestContext) => tests.some((test) => test(text, context)) !== negated;
  if (set) return overSet(set, wanted, holds);
  return (context) => {
    const value = context.get(wanted);
    if (value === undefined) return negated || ifExists !== undefined;
    // "Set operator is required": a list matches nothing without one, not even its negation.
    return typeof value === "string" && holds(value, context);
  };
}

/**
 * `ForAllValues` is true and `ForAnyValue` false of a key that is missing or empty, also when the operator ends in
 * IfExists.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
function overSet(set: string, key: string, holds: (text: string, context: RequestContext) => boolean): ContextTest {
  return (context) => {
    const values = [context.get(key) ?? []].flat();
    const empty = values.every((value) => value === "");
    if (set === "ForAllValues") return empty || values.every((value) => holds(value, context));
    return !empty && values.some((value) => holds(value, context));
  };
}

/** `Null`: true asks that the key is missing, false that it is there. */
function presence(key: string, values: string[]): ContextTest {
  const asked = values.map((value) => {
    if (!/^(true|false)$/i.test(value)) throw new PolicyError(`Null takes true or false, not ${JSON.stringify(value)}`);
    return value.toLowerCase() === "true";
  });
  return (context) => {
    const value = context.get(key);
    return asked.includes(value === undefined || (value.length === 0 && typeof value === "object"));
  };
}

function entries(value: unknown, what: string): [string, unknown][] {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return Object.entries(value);
  throw new PolicyError(`${what} is not an object`);
}

/** "Quotation marks are optional for numeric and Boolean values." */
function texts(values: unknown, what: string): string[] {
  const list = [values].flat();
  if (list.length === 0) throw new PolicyError(`${what} has no values`);
  return list.map((value) => {
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return String(value);
    throw new PolicyError(`${what} has a value that is no text, number or boolean`);
  });
}
