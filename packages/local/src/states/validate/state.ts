import type { Find } from "../integrations/integration.ts";
import { isObject } from "../integrations/integration.ts";
import { expressionOf } from "../jsonata/evaluate.ts";
import { languageOf } from "../language.ts";
import { instantOf } from "../time.ts";
import type { Definition, Flow, JsonObject, State } from "../types.ts";
import { checkChoices } from "./choices.ts";
import { checkCatch, checkRetry, checkTarget } from "./error-handling.ts";
import { checkExpression, checkJsonata, checkPath, checkTemplate } from "./expressions.ts";
import { COMMON, fieldsOf, isStateType, UNSUPPORTED } from "./fields.ts";
import type { Problems } from "./problem.ts";
import { checkSeconds } from "./values.ts";

const TERMINAL = ["Choice", "Succeed", "Fail"];

export function checkState(state: State, flow: Flow, definition: Definition, find: Find, problems: Problems) {
  if (!isStateType(state.Type)) return problems.inside("Type").add(`Unknown state type ${JSON.stringify(state.Type)}`);
  if (definition.QueryLanguage === "JSONata" && state.QueryLanguage === "JSONPath") {
    problems.add("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine");
  }
  const language = languageOf(definition, state);
  checkFields(state, language, problems);
  checkNext(state, flow, problems);
  checkRetry(state, problems);
  checkCatch(state, flow, language, problems);
  checkAssign(state, problems);
  if (state.Type === "Task") checkTask(state, find, problems);
  if (state.Type === "Choice") checkChoices(state, flow, language, problems);
  if (state.Type === "Wait") checkWait(state, language, problems);
}

/** A flow inside a state, and where its problems are told. */
export interface Inner {
  flow: Flow;
  at: Problems;
}

/** The flows inside a Parallel or Map; what should be one and is none is told. */
export function flowsIn(state: State, problems: Problems): Inner[] {
  if (state.Type === "Parallel") return branches(state, problems);
  return state.Type === "Map" ? processor(state, problems) : [];
}

function checkFields(state: State, language: "JSONata" | "JSONPath", problems: Problems) {
  const known = fieldsOf(state.Type, language);
  for (const [name, value] of Object.entries(state)) {
    const at = problems.inside(name);
    if (UNSUPPORTED.includes(name)) at.unsupported(`Field '${name}'`);
    else if (!known.includes(name)) at.add(`Field '${name}' is not supported in a ${language} ${state.Type} state`);
    else if (language === "JSONata") {
      // Flows within are checked with their own states' languages.
      if (![...COMMON, "Branches", "ItemProcessor", "Iterator", "Resource"].includes(name)) checkJsonata(value, at);
    } else if (name === "ErrorPath" || name === "CausePath") checkExpression(value, at);
    else if (name.endsWith("Path")) checkPath(value, at);
    else if (["Parameters", "ResultSelector", "ItemSelector", "Assign"].includes(name)) checkTemplate(value, at);
  }
}

function checkNext(state: State, flow: Flow, problems: Problems) {
  if (TERMINAL.includes(state.Type)) {
    if (state.Next !== undefined || state.End !== undefined)
      problems.add(`A ${state.Type} state has no 'Next' and no 'End'`);
    return;
  }
  if ((state.Next === undefined) === (state.End !== true))
    return problems.add("A state must have either 'Next' or 'End': true");
  if (state.Next !== undefined) checkTarget(state.Next, flow, problems.inside("Next"));
}

/** Variables are names; `$states` is Step Functions' own. */
function checkAssign(state: State, problems: Problems) {
  const places: [unknown, Problems][] = [[state.Assign, problems.inside("Assign")]];
  for (const field of ["Catch", "Choices"]) {
    const entries = Array.isArray(state[field]) ? (state[field] as JsonObject[]) : [];
    for (const [index, entry] of entries.entries())
      places.push([entry?.Assign, problems.inside(field, index, "Assign")]);
  }
  for (const [assign, at] of places) {
    if (assign === undefined) continue;
    if (!isObject(assign)) at.add("Value must be an object");
    else for (const name of Object.keys(assign)) checkVariable(name.replace(/\.\$$/, ""), at);
  }
}

function checkVariable(name: string, problems: Problems) {
  if (!/^\p{ID_Start}\p{ID_Continue}{0,79}$/u.test(name))
    problems.inside(name).add(`'${name}' is not a variable's name`);
  if (name === "states") problems.inside(name).add("Variable name 'states' is reserved");
}

function checkTask(state: State, find: Find, problems: Problems) {
  const resource = problems.inside("Resource");
  if (typeof state.Resource !== "string") return resource.add("These fields are required: [Resource]");
  const integration = find(state.Resource);
  if (!integration) return resource.unsupported(`Resource ${state.Resource}`);
  const fields = state.Arguments ?? state.Parameters ?? {};
  const refusal = integration.refusal?.(state.Resource, isObject(fields) ? fields : {});
  if (refusal) resource.unsupported(`Resource ${state.Resource}: ${refusal}`);
  for (const name of ["TimeoutSeconds", "HeartbeatSeconds"]) {
    const value = state[name];
    if (value !== undefined && expressionOf(value) === undefined) checkSeconds(value, problems.inside(name));
  }
  if (state.HeartbeatSeconds >= state.TimeoutSeconds) {
    problems.inside("HeartbeatSeconds").add("Value must be smaller than TimeoutSeconds");
  }
}

function checkWait(state: State, language: string, problems: Problems) {
  const given = ["Seconds", "Timestamp", "SecondsPath", "TimestampPath"].filter((name) => state[name] !== undefined);
  if (given.length !== 1) return problems.add("A Wait state must have exactly one of its time fields");
  const value = state[given[0]!];
  if (language === "JSONata" && expressionOf(value) !== undefined) return;
  if (given[0] === "Seconds") checkSeconds(value, problems.inside("Seconds"), 0);
  if (given[0] === "Timestamp" && (typeof value !== "string" || instantOf(value) === undefined)) {
    problems.inside("Timestamp").add("String does not match RFC3339 timestamp");
  }
}

function branches({ Branches }: State, problems: Problems): Inner[] {
  const at = problems.inside("Branches");
  if (!Array.isArray(Branches) || Branches.length === 0) {
    at.add("Value must be a non-empty array");
    return [];
  }
  return Branches.flatMap((branch, index) => {
    if (isObject(branch)) return { flow: branch as unknown as Flow, at: at.inside(index) };
    at.inside(index).add("Value must be an object");
    return [];
  });
}

function processor(state: State, problems: Problems): Inner[] {
  const name = state.ItemProcessor === undefined ? "Iterator" : "ItemProcessor";
  const flow = state[name];
  const at = problems.inside(name);
  if (!isObject(flow)) {
    at.add("These fields are required: [ItemProcessor]");
    return [];
  }
  const { Mode = "INLINE", ExecutionType } = (flow.ProcessorConfig ?? {}) as JsonObject;
  if (Mode !== "INLINE" && Mode !== "DISTRIBUTED") at.inside("ProcessorConfig", "Mode").add(`Unknown mode ${Mode}`);
  if (ExecutionType === "EXPRESS") at.inside("ProcessorConfig").unsupported("ExecutionType EXPRESS");
  return [{ flow: flow as unknown as Flow, at }];
}
