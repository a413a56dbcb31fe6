import { compile, expressionOf } from "../jsonata/evaluate.ts";
import { PathSyntaxError, parsePath } from "../jsonpath/parse.ts";
import { expression } from "../jsonpath/template.ts";
import type { Json } from "../types.ts";
import type { Problems } from "./problem.ts";

/** Every `{% … %}` of a JSONata field must be an expression. */
export function checkJsonata(value: Json | undefined, problems: Problems) {
  if (value !== null && typeof value === "object") {
    for (const [name, inner] of Object.entries(value)) checkJsonata(inner, problems.inside(name));
    return;
  }
  const text = expressionOf(value);
  if (text === undefined) return;
  try {
    compile(text);
  } catch (error) {
    problems.add(`Invalid JSONata expression '${text}': ${(error as Error).message}`);
  }
}

/** A `…Path` field: a path, or null where that has a meaning. */
export function checkPath(value: Json | undefined, problems: Problems) {
  if (value === undefined || value === null) return;
  try {
    parsePath(String(value));
  } catch (error) {
    syntax(error, value, problems);
  }
}

/** Every member of a payload template that ends in `.$` must hold a path or an intrinsic function. */
export function checkTemplate(value: Json | undefined, problems: Problems) {
  if (value === null || typeof value !== "object") return;
  for (const [name, inner] of Object.entries(value)) {
    const at = problems.inside(name);
    if (Array.isArray(value) || !name.endsWith(".$")) checkTemplate(inner, at);
    else checkExpression(inner, at);
  }
}

/** A path or an intrinsic function. */
export function checkExpression(value: Json | undefined, problems: Problems) {
  if (typeof value !== "string") return problems.add("Value must be a path or an intrinsic function");
  const nothing = { input: null, context: {}, variables: {} };
  try {
    if (value.startsWith("$")) parsePath(value);
    else expression(value, "", nothing, { random: () => 0, uuid: () => "" });
  } catch (error) {
    syntax(error, value, problems);
  }
}

function syntax(error: unknown, value: Json, problems: Problems) {
  // Anything else is the function's opinion of arguments that are not known yet.
  if (error instanceof PathSyntaxError)
    problems.add(`Value is not a path or an intrinsic function: ${JSON.stringify(value)}`);
}
