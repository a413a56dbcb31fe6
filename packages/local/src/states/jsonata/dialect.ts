import { EvaluationError } from "../errors.ts";
import type { Dialect, Ending, Frame } from "../language.ts";
import { instantOf } from "../time.ts";
import type { Json, JsonObject, State } from "../types.ts";
import { evaluate, evaluateTemplate, expressionOf, typeName, unexpectedType } from "./evaluate.ts";
import { type Chance, functions } from "./functions.ts";

const INTEGER_FIELDS = { minimum: { TimeoutSeconds: 1, HeartbeatSeconds: 1, Seconds: 0, MaxConcurrency: 0 } } as const;

/** The fields of JSONata states (States Language specification, "JSONata"). */
export function createJsonata(chance: Chance): Dialect {
  const provided = functions(chance);

  const bind = ({ variables, ...states }: Frame) => ({ ...provided, ...variables, states });

  const template = (value: Json, location: string, frame: Frame) => evaluateTemplate(value, location, bind(frame));

  /** A field that is a literal or one expression, of the type it must have. */
  async function typed(value: Json, location: string, expected: string, frame: Frame): Promise<Json> {
    const expression = expressionOf(value);
    if (expression === undefined) return value;
    const found = await evaluate(expression, location, bind(frame));
    if (typeName(found) !== expected) throw unexpectedType(expression, location, expected, found);
    return found;
  }

  async function integer(field: keyof typeof INTEGER_FIELDS.minimum, state: State, frame: Frame): Promise<number> {
    const value = (await typed(state[field], field, "number", frame)) as number;
    const minimum = INTEGER_FIELDS.minimum[field];
    if (Number.isInteger(value) && value >= minimum) return value;
    const kind = minimum === 1 ? "a positive" : "a non-negative";
    throw new EvaluationError(`The ${field} field must be ${kind} integer but was: ${value}`, field);
  }

  /** Variables first: an error there is the one reported. */
  async function ending(fields: JsonObject, prefix: string, fallback: Json, frame: Frame): Promise<Ending> {
    const assigned = (await template(fields.Assign ?? {}, `${prefix}Assign`, frame)) as JsonObject;
    const output = "Output" in fields ? await template(fields.Output!, `${prefix}Output`, frame) : fallback;
    return { output, assigned };
  }

  return {
    async argument(state, frame) {
      return "Arguments" in state ? template(state.Arguments, "Arguments", frame) : frame.input;
    },

    finish: (state, frame) => ending(state, "", frame.result === undefined ? frame.input : frame.result, frame),

    caught: (catcher, index, frame) => ending(catcher, `Catch[${index}]/`, frame.errorOutput!, frame),

    async choose(state, frame) {
      for (const [index, rule] of (state.Choices as JsonObject[]).entries()) {
        const at = `Choices[${index}]/`;
        if (!(await typed(rule.Condition!, `${at}Condition`, "boolean", frame))) continue;
        return { ...(await ending(rule, at, frame.input, frame)), next: rule.Next as string };
      }
      if (state.Default === undefined) return undefined;
      return { ...(await ending(state, "", frame.input, frame)), next: state.Default };
    },

    async seconds(field, state, frame) {
      return field in state ? integer(field, state, frame) : undefined;
    },

    async waitUntil(state, frame, now) {
      if ("Seconds" in state) return now + (await integer("Seconds", state, frame)) * 1000;
      const text = (await typed(state.Timestamp, "Timestamp", "string", frame)) as string;
      const instant = instantOf(text);
      if (instant !== undefined) return instant;
      const what = `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${text}`;
      throw new EvaluationError(what, "Timestamp");
    },

    async failure(state, frame) {
      const { Error: error, Cause: cause } = state;
      return {
        ...(error !== undefined && { error: (await typed(error, "Error", "string", frame)) as string }),
        ...(cause !== undefined && { cause: (await typed(cause, "Cause", "string", frame)) as string }),
      };
    },

    async items(state, frame) {
      if ("Items" in state) {
        const { Items: items } = state;
        if (Array.isArray(items)) return (await template(items, "Items", frame)) as Json[];
        return (await typed(items, "Items", "array", frame)) as Json[];
      }
      if (Array.isArray(frame.input)) return frame.input;
      const was = `Map state input must be an array but was: ${JSON.stringify(frame.input)}`;
      throw new EvaluationError(was);
    },

    async itemInput(state, frame, _argument, item) {
      return "ItemSelector" in state ? template(state.ItemSelector, "ItemSelector", frame) : item;
    },

    async concurrency(state, frame) {
      return "MaxConcurrency" in state ? integer("MaxConcurrency", state, frame) : 0;
    },

    async tolerated(state, frame) {
      const { ToleratedFailureCount: count, ToleratedFailurePercentage: percentage } = state;
      return {
        count: count && ((await typed(count, "ToleratedFailureCount", "number", frame)) as number),
        percentage: percentage && ((await typed(percentage, "ToleratedFailurePercentage", "number", frame)) as number),
      };
    },
  };
}
