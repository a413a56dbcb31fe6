import { isObject } from "../integrations/integration.ts";
import { isOperator } from "../jsonpath/choice.ts";
import type { Flow, Json, JsonObject, State } from "../types.ts";
import { checkTarget } from "./error-handling.ts";
import { checkPath } from "./expressions.ts";
import type { Problems } from "./problem.ts";

export function checkChoices({ Choices, Default }: State, flow: Flow, language: string, problems: Problems) {
  const at = problems.inside("Choices");
  if (!Array.isArray(Choices) || Choices.length === 0) return at.add("Value must be a non-empty array");
  if (Default !== undefined) checkTarget(Default, flow, problems.inside("Default"));
  for (const [index, rule] of Choices.entries()) {
    const inside = at.inside(index);
    if (!isObject(rule)) inside.add("Value must be an object");
    else {
      checkTarget(rule.Next, flow, inside.inside("Next"));
      if (language === "JSONPath") checkRule(rule, inside);
      else if (rule.Condition === undefined) inside.add("These fields are required: [Condition]");
    }
  }
}

function checkRule(rule: JsonObject, problems: Problems) {
  for (const name of ["And", "Or"]) if (rule[name] !== undefined) return checkRules(rule[name], problems.inside(name));
  if (rule.Not !== undefined) return checkRules([rule.Not], problems.inside("Not"));
  checkPath(rule.Variable ?? "no variable", problems.inside("Variable"));
  const operators = Object.keys(rule).filter(isOperator);
  if (operators.length !== 1) return problems.add("A rule must have exactly one comparison operator");
  if (operators[0]!.endsWith("Path")) checkPath(rule[operators[0]!], problems.inside(operators[0]!));
}

function checkRules(rules: Json | undefined, problems: Problems) {
  if (!Array.isArray(rules) || rules.length === 0) return problems.add("Value must be a non-empty array");
  for (const [index, rule] of rules.entries()) {
    if (isObject(rule)) checkRule(rule, problems.inside(index));
    else problems.inside(index).add("Value must be an object");
  }
}
