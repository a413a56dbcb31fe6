import type { Find } from "../integrations/integration.ts";
import type { Definition, Machine } from "../types.ts";
import { checkFlow } from "./flow.ts";
import { type Problem, Problems } from "./problem.ts";
import { checkSeconds } from "./values.ts";

const FIELDS = new Set(["Comment", "StartAt", "States", "QueryLanguage", "TimeoutSeconds", "Version"]);

/** Throws when the machine holds something AWS would refuse or the local cloud cannot run; names every place. */
export function validate(machine: Machine, find: Find) {
  if (machine.type === "EXPRESS") throw new Error(`state machine ${machine.name}: Express workflows are not supported`);
  const problems = validateDefinition(machine.definition, find);
  if (problems.length === 0) return;
  const list = problems.map(({ code, message, location }) => `'${code}: ${message} at ${location}'`);
  throw new Error(`state machine ${machine.name}: Invalid State Machine Definition: ${list.join(", ")}`);
}

export function validateDefinition(definition: Record<string, unknown>, find: Find): Problem[] {
  const problems = new Problems();
  for (const name of Object.keys(definition)) {
    if (!FIELDS.has(name)) problems.inside(name).add(`Field '${name}' is not supported`);
  }
  const { QueryLanguage: language, TimeoutSeconds: timeout, Version: version } = definition;
  if (language !== undefined && language !== "JSONata" && language !== "JSONPath") {
    problems.inside("QueryLanguage").add(`Value is not one of 'JSONPath', 'JSONata': ${JSON.stringify(language)}`);
  }
  if (timeout !== undefined) checkSeconds(timeout, problems.inside("TimeoutSeconds"));
  if (version !== undefined && version !== "1.0") problems.inside("Version").add("Value is not '1.0'");
  checkFlow(definition as unknown as Definition, definition as unknown as Definition, find, problems);
  return problems.found;
}
