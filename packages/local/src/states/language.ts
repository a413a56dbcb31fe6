import type { Definition, Json, JsonObject, State } from "./types.ts";

/** What the expressions of a state see. */
export interface Frame {
  input: Json;
  /** The state's work, once done. */
  result?: Json;
  errorOutput?: JsonObject;
  context: JsonObject;
  variables: JsonObject;
}

/** How a state ends: what it hands on and the variables it sets. */
export interface Ending {
  output: Json;
  assigned: JsonObject;
}

/** The states' fields in one query language. Everything throws `EvaluationError` or `RuntimeError`. */
export interface Dialect {
  /** What a Task, Pass, Parallel or Map works on. */
  argument(state: State, frame: Frame): Promise<Json>;
  /** The ending of a state that did its work. */
  finish(state: State, frame: Frame): Promise<Ending>;
  /** The ending by a catcher, whose place among its fellows is `index`. */
  caught(catcher: JsonObject, index: number, frame: Frame): Promise<Ending>;
  /** The first matching rule, or the default; undefined when nothing matches and there is no default. */
  choose(state: State, frame: Frame): Promise<(Ending & { next: string }) | undefined>;
  /** A field in seconds, or undefined when the state has none. */
  seconds(field: "TimeoutSeconds" | "HeartbeatSeconds", state: State, frame: Frame): Promise<number | undefined>;
  /** Moment a Wait ends, in milliseconds since the epoch. */
  waitUntil(state: State, frame: Frame, now: number): Promise<number>;
  /** `Error` and `Cause` of a Fail. */
  failure(state: State, frame: Frame): Promise<{ error?: string; cause?: string }>;
  /** What a Map iterates over; `argument` is its effective input. */
  items(state: State, frame: Frame, argument: Json): Promise<Json[]>;
  /** Input of one iteration; `frame.context.Map.Item` names it. */
  itemInput(state: State, frame: Frame, argument: Json, item: Json): Promise<Json>;
  /** 0: unlimited. */
  concurrency(state: State, frame: Frame, argument: Json): Promise<number>;
  /** Failures a Map tolerates; evaluated for their errors and for distributed Maps. */
  tolerated(state: State, frame: Frame, argument: Json): Promise<{ count?: number; percentage?: number }>;
}

/** The query language of one state. */
export function languageOf(definition: Definition, state: State): "JSONata" | "JSONPath" {
  return state.QueryLanguage ?? definition.QueryLanguage ?? "JSONPath";
}
