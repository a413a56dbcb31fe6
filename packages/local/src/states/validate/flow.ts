import type { Find } from "../integrations/integration.ts";
import { isObject } from "../integrations/integration.ts";
import type { Definition, Flow, State } from "../types.ts";
import type { Problems } from "./problem.ts";
import { checkState, flowsIn } from "./state.ts";

const NAME_LENGTH = 80;

/** Checks a flow and everything in it. */
export function checkFlow(flow: Flow, definition: Definition, find: Find, problems: Problems) {
  const missing = ["StartAt", "States"].filter(
    (name) => (flow as unknown as Record<string, unknown>)[name] === undefined,
  );
  if (missing.length > 0) return problems.add(`These fields are required: [${missing.join(", ")}]`);
  if (!isObject(flow.States) || Object.keys(flow.States).length === 0) {
    return problems.inside("States").add("Value must be an object with at least one state");
  }
  if (!Object.hasOwn(flow.States, flow.StartAt)) {
    problems.inside("StartAt").add(`Missing 'StartAt' target: ${flow.StartAt}`, "MISSING_TRANSITION_TARGET");
  }
  for (const [name, state] of Object.entries(flow.States)) {
    const at = problems.inside("States", name);
    if (name.length > NAME_LENGTH) at.add(`State name is longer than ${NAME_LENGTH} characters`);
    if (!isObject(state)) {
      at.add("State must be an object");
      continue;
    }
    checkState(state as State, flow, definition, find, at);
    for (const inner of flowsIn(state as State, at)) checkFlow(inner.flow, definition, find, inner.at);
  }
  checkReach(flow, problems);
}

/** AWS refuses a state no transition leads to. */
function checkReach(flow: Flow, problems: Problems) {
  const reached = new Set<string>();
  const open = [flow.StartAt];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (reached.has(name) || !Object.hasOwn(flow.States, name)) continue;
    reached.add(name);
    const state = flow.States[name];
    if (isObject(state)) open.push(...transitions(state as State));
  }
  for (const name of Object.keys(flow.States)) {
    if (!reached.has(name))
      problems.inside("States", name).add(`State "${name}" is not reachable.`, "MISSING_TRANSITION_TARGET");
  }
}

/** Names of the states one can be followed by. */
function transitions({ Next, Default, Choices, Catch }: State): string[] {
  const entries = [...(Array.isArray(Choices) ? Choices : []), ...(Array.isArray(Catch) ? Catch : [])];
  return [Next, Default, ...entries.map((entry) => entry?.Next)].filter((name) => typeof name === "string");
}
