import type { Chance } from "../jsonata/functions.ts";
import type { Dialect, Ending, Frame } from "../language.ts";
import { instantOf } from "../time.ts";
import type { Json, JsonObject, State } from "../types.ts";
import { matches } from "./choice.ts";
import { atPath, expression, fill, lookUp, put, runtime } from "./template.ts";

/** The fields of JSONPath states (States Language specification, "Input and Output Processing"). */
export function createJsonPath(chance: Chance): Dialect {
  /** `InputPath` and `OutputPath`: null gives an empty object. */
  const along = (path: string | null | undefined, frame: Frame): Json => {
    if (path === undefined) return frame.input;
    return path === null ? {} : atPath(path, frame);
  };

  const template = (value: Json, frame: Frame, input: Json) => fill(value, { ...frame, input }, chance);

  const assigned = (fields: JsonObject, frame: Frame, input: Json) =>
    template(fields.Assign ?? {}, frame, input) as JsonObject;

  const outputPath = (state: State, frame: Frame, input: Json) => along(state.OutputPath, { ...frame, input });

  /** `ResultPath`: null drops the result. */
  const combine = (path: string | null | undefined, input: Json, result: Json): Json => {
    if (path === undefined) return result;
    return path === null ? input : put(input, path, result);
  };

  /** A field, or the value at its `…Path`. */
  const either = (field: string, state: JsonObject, frame: Frame): Json | undefined => {
    const path = state[`${field}Path`];
    return path === undefined ? state[field] : pathOrFunction(path as string, `${field}Path`, frame);
  };

  const pathOrFunction = (text: string, field: string, frame: Frame) =>
    text.startsWith("$") ? atPath(text, frame) : expression(text, field, frame, chance);

  /** `MaxConcurrency` and its like: a number, or a text that holds one. */
  const number = (field: string, kind: "integer" | "float", state: JsonObject, frame: Frame): number | undefined => {
    const value = either(field, state, frame);
    if (value === undefined) return undefined;
    const text = typeof value === "string" ? value : JSON.stringify(value);
    if ((kind === "integer" ? /^[+-]?\d+$/ : /^[+-]?\d+(\.\d+)?$/).test(text)) return Number(text);
    const path = state[`${field}Path`];
    throw runtime(`The ${field}Path field refers to value "${text}" which is not a valid ${kind}: ${path}`);
  };

  return {
    async argument(state, frame) {
      const input = along(state.InputPath, frame);
      return "Parameters" in state ? template(state.Parameters, frame, input) : input;
    },

    async finish(state, frame): Promise<Ending> {
      if (frame.result === undefined) {
        const input = along(state.InputPath, frame);
        return { output: outputPath(state, frame, input), assigned: assigned(state, frame, input) };
      }
      const result = "ResultSelector" in state ? template(state.ResultSelector, frame, frame.result) : frame.result;
      const variables = assigned(state, frame, result);
      const combined = combine(state.ResultPath, frame.input, result);
      return { output: outputPath(state, frame, combined), assigned: variables };
    },

    async caught(catcher, _index, frame) {
      const error = frame.errorOutput!;
      return {
        output: combine(catcher.ResultPath as string | null | undefined, frame.input, error),
        assigned: assigned(catcher, frame, error),
      };
    },

    async choose(state, frame) {
      const input = along(state.InputPath, frame);
      const rule = (state.Choices as JsonObject[]).find((each) => matches(each, { ...frame, input }));
      const next = rule ? (rule.Next as string) : state.Default;
      if (next === undefined) return undefined;
      return { output: outputPath(state, frame, input), assigned: assigned(rule ?? state, frame, input), next };
    },

    async seconds(field, state, frame) {
      const value = either(field, state, frame);
      if (value === undefined) return undefined;
      if (typeof value === "number" && Number.isInteger(value) && value > 0) return value;
      const path = state[`${field}Path`];
      throw runtime(`The ${field}Path parameter cannot be parsed as a long value: ${path} == ${JSON.stringify(value)}`);
    },

    async waitUntil(state, frame, now) {
      if (state.Seconds !== undefined) return now + state.Seconds * 1000;
      if (state.Timestamp !== undefined) return instantOf(state.Timestamp)!;
      const field = state.SecondsPath !== undefined ? "SecondsPath" : "TimestampPath";
      const path = state[field] as string;
      const value = lookUp(path, { ...frame, input: along(state.InputPath, frame) });
      if (value === undefined) throw runtime(`The ${field} parameter does not reference an input value: ${path}`);
      const shown = `${path} == ${typeof value === "string" ? value : JSON.stringify(value)}`;
      if (field === "TimestampPath") {
        const instant = typeof value === "string" ? instantOf(value) : undefined;
        if (instant !== undefined) return instant;
        const format = "a valid ISO-8601 extended offset date-time format string";
        throw runtime(`The TimestampPath parameter does not reference ${format}: ${shown}`);
      }
      if (!Number.isInteger(value))
        throw runtime(`The SecondsPath parameter cannot be parsed as a long value: ${shown}`);
      if ((value as number) < 0) throw runtime(`The SecondsPath parameter references a negative value: ${shown}`);
      return now + (value as number) * 1000;
    },

    async failure(state, frame) {
      const [error, cause] = ["Error", "Cause"].map((field) => {
        const value = either(field, state, frame);
        if (value === undefined || typeof value === "string") return value;
        throw runtime(`The ${field}Path field refers to value ${JSON.stringify(value)} which is not a string`);
      });
      return { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
    },

    async items(state, frame, argument) {
      const path = state.ItemsPath ?? "$";
      const items = atPath(path, { ...frame, input: argument });
      if (Array.isArray(items)) return items;
      throw runtime(`Reference path "${path}" must point to array.`);
    },

    async itemInput(state, frame, argument, item) {
      const selector = state.ItemSelector ?? state.Parameters;
      return selector === undefined ? item : template(selector, frame, argument);
    },

    async concurrency(state, frame, argument) {
      return number("MaxConcurrency", "integer", state, { ...frame, input: argument }) ?? 0;
    },

    async tolerated(state, frame, argument) {
      const seen = { ...frame, input: argument };
      const count = number("ToleratedFailureCount", "integer", state, seen);
      if (count !== undefined && count < 0) throw runtime("ToleratedFailureCount cannot be negative.");
      const percentage = number("ToleratedFailurePercentage", "float", state, seen);
      if (percentage === undefined || (percentage >= 0 && percentage <= 100)) return { count, percentage };
      throw runtime("ToleratedFailurePercentage must be between 0 and 100.");
    },
  };
}
