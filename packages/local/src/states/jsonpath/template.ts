import { RuntimeError } from "../errors.ts";
import type { Chance } from "../jsonata/functions.ts";
import type { Frame } from "../language.ts";
import type { Json, JsonObject } from "../types.ts";
import { callIntrinsic, isIntrinsic } from "./intrinsics.ts";
import { type Path, parsePath, Reader } from "./parse.ts";
import { NoResult, query } from "./query.ts";

/** What a failed path is. */
export function runtime(detail: string): RuntimeError {
  return new RuntimeError(detail);
}

/** The value at a path, or `undefined` when a definite path leads nowhere. */
export function lookUp(path: string, frame: Frame): Json | undefined {
  try {
    return query(parsePath(path), frame);
  } catch (error) {
    if (error instanceof NoResult) return undefined;
    throw error;
  }
}

/** The value a `…Path` field names. */
export function atPath(path: string, frame: Frame): Json {
  try {
    return query(parsePath(path), frame);
  } catch (error) {
    if (error instanceof NoResult) throw runtime(`Invalid path '${path}' : ${error.message}`);
    throw error;
  }
}

/** A payload template with the members that end in `.$` replaced by what their paths and intrinsic functions give. */
export function fill(template: Json, frame: Frame, chance: Chance): Json {
  if (Array.isArray(template)) return template.map((item) => fill(item, frame, chance));
  if (template === null || typeof template !== "object") return template;
  const members = Object.entries(template).map(([name, value]): [string, Json] => {
    if (!name.endsWith(".$")) return [name, fill(value, frame, chance)];
    return [name.slice(0, -2), expression(String(value), name, frame, chance)];
  });
  return Object.fromEntries(members);
}

/** A path or a call of an intrinsic function; `field` is for the error. */
export function expression(text: string, field: string, frame: Frame, chance: Chance): Json {
  const evaluate = ({ text: path, ...rest }: Path): Json => {
    try {
      return query({ text: path, ...rest }, frame);
    } catch (error) {
      if (!(error instanceof NoResult)) throw error;
      const input = JSON.stringify(frame.input);
      throw runtime(
        `The JSONPath '${path}' specified for the field '${field}' could not be found in the input '${input}'`,
      );
    }
  };
  if (text.startsWith("$")) return evaluate(parsePath(text));
  const reader = new Reader(text);
  const value = call(reader, evaluate, chance);
  if (reader.rest !== "") reader.fail();
  return value;
}

/**
 * Reads one call, `States.Name(argument, …)`; arguments are paths, texts in single quotes, numbers, words and calls.
 */
function call(reader: Reader, evaluate: (path: Path) => Json, chance: Chance): Json {
  const name = reader.take(/^States\.[A-Za-z0-9]+(?=\()/)?.slice("States.".length);
  if (name === undefined || !isIntrinsic(name)) reader.fail();
  reader.take(/^\(\s*/);
  const args: Json[] = [];
  while (!reader.take(/^\)/)) {
    if (args.length > 0 && !reader.take(/^,\s*/)) reader.fail();
    args.push(argument(reader, evaluate, chance, name));
    reader.take(/^\s+/);
  }
  return callIntrinsic(name, args, chance);
}

function argument(reader: Reader, evaluate: (path: Path) => Json, chance: Chance, name: string): Json {
  if (reader.rest.startsWith("$")) return evaluate(reader.path());
  if (reader.rest.startsWith("States.")) return call(reader, evaluate, chance);
  if (reader.rest.startsWith("'")) {
    // A template's escaped braces stay escaped for Format to see.
    const raw = reader.take(/^'(?:[^'\\]|\\[\s\S])*'/) ?? reader.fail();
    const text = raw.slice(1, -1);
    return name === "Format" ? text.replace(/\\'/g, "'") : text.replace(/\\([\s\S])/g, "$1");
  }
  const word = reader.take(/^(?:true|false|null|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/);
  return word === undefined ? reader.fail() : (JSON.parse(word) as Json);
}

/** Puts a value at a reference path in a copy of `document`, making the objects on the way. */
export function put(document: Json, path: string, value: Json): Json {
  const { steps } = parsePath(path);
  const set = (here: Json, at: number): Json => {
    const step = steps[at];
    if (step === undefined) return value;
    if (step.kind === "index" && Array.isArray(here)) {
      return here.map((item, index) => (index === step.index ? set(item, at + 1) : item));
    }
    if (step.kind !== "member" || here === null || typeof here !== "object" || Array.isArray(here)) {
      throw runtime(`Unable to apply ReferencePath ${path} to input ${JSON.stringify(document)}`);
    }
    const object = here as JsonObject;
    return { ...object, [step.name]: set(object[step.name] ?? {}, at + 1) };
  };
  return set(document, 0);
}
