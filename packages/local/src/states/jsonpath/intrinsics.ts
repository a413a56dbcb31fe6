import { isDeepStrictEqual } from "node:util";
import { StateError } from "../errors.ts";
import { type Chance, hash, partition, seeded } from "../jsonata/functions.ts";
import type { Json } from "../types.ts";
import { javaText } from "./java-text.ts";

type Intrinsic = (args: any[], chance: Chance) => Json;

/**
 * The intrinsic functions (developer guide, "Intrinsics for JSONPath states"), with the types of their arguments:
 * `s`tring, `n`umber, `a`rray, `o`bject, `b`oolean, `x` any; `?` stands behind an optional one, `*` behind one that
 * repeats.
 */
const INTRINSICS: Record<string, [signature: string, run: Intrinsic]> = {
  Format: ["sx*", ([template, ...values]) => format(template, values)],
  StringToJson: ["s", ([text]) => (text.trim() === "" ? null : JSON.parse(text))],
  JsonToString: ["x", ([value]) => JSON.stringify(value)],
  Array: ["x*", (values) => values],
  ArrayPartition: ["an", ([list, size]) => partition(list, Math.round(size))],
  ArrayContains: ["ax", ([list, value]) => list.some((item: Json) => isDeepStrictEqual(item, value))],
  ArrayRange: ["nnn", ([first, last, step]) => range(Math.round(first), Math.round(last), Math.round(step))],
  ArrayGetItem: ["an", ([list, index]) => (index in list ? list[index] : failed(`index ${index} is outside`))],
  ArrayLength: ["a", ([list]) => list.length],
  ArrayUnique: ["a", ([list]) => unique(list)],
  Base64Encode: ["s", ([text]) => Buffer.from(text, "utf8").toString("base64")],
  Base64Decode: ["s", ([text]) => Buffer.from(text, "base64").toString("utf8")],
  Hash: ["xs", ([value, name]) => hash(typeof value === "string" ? value : JSON.stringify(value), name)],
  JsonMerge: ["oob", ([left, right, deep]) => (deep ? failed("deep merging is not supported") : { ...left, ...right })],
  MathRandom: ["nnn?", ([from, to, seed], chance) => random(Math.round(from), Math.round(to), seed, chance)],
  MathAdd: ["nn", ([left, right]) => Math.round(left) + Math.round(right)],
  StringSplit: ["ss", ([text, delimiters]) => split(text, delimiters)],
  UUID: ["", (_args, chance) => chance.uuid()],
};

export function isIntrinsic(name: string): boolean {
  return Object.hasOwn(INTRINSICS, name);
}

/** Calls `States.{name}`; anything wrong with the arguments is States.IntrinsicFailure. */
export function callIntrinsic(name: string, args: Json[], chance: Chance): Json {
  const [signature, run] = INTRINSICS[name]!;
  try {
    checkArguments(signature, args);
    const value = run(args, chance);
    return Object.is(value, -0) ? 0 : value;
  } catch (error) {
    throw new StateError(
      "States.IntrinsicFailure",
      `The function 'States.${name}' failed: ${(error as Error).message}`,
    );
  }
}

const LETTERS: Record<string, (value: Json) => boolean> = {
  s: (value) => typeof value === "string",
  n: (value) => typeof value === "number",
  b: (value) => typeof value === "boolean",
  a: Array.isArray,
  o: (value) => value !== null && typeof value === "object" && !Array.isArray(value),
  x: () => true,
};

function checkArguments(signature: string, args: Json[]) {
  const types = signature.match(/\w[?*]?/g) ?? [];
  const least = types.filter((type) => type.length === 1).length;
  const most = signature.endsWith("*") ? Number.POSITIVE_INFINITY : types.length;
  if (args.length < least || args.length > most) failed(`it does not take ${args.length} arguments`);
  for (const [at, value] of args.entries()) {
    const type = types[Math.min(at, types.length - 1)]!;
    if (!LETTERS[type[0]!]!(value)) failed(`argument ${at + 1} is of the wrong type`);
  }
}

function failed(text: string): never {
  throw new Error(text);
}

/** `{}` takes the next value, `\{` and `\}` are braces; the values' number must fit. */
function format(template: string, values: Json[]): string {
  let next = 0;
  const text = template.replace(/\\([{}\\'])|\{\}/g, (found, escaped) => {
    if (found !== "{}") return escaped;
    return next < values.length ? javaText(values[next++]!) : failed("there are fewer arguments than placeholders");
  });
  return next === values.length ? text : failed("there are more arguments than placeholders");
}

function range(first: number, last: number, step: number): number[] {
  if (step === 0) failed("the step must not be zero");
  const count = Math.max(0, Math.floor((last - first) / step) + 1);
  if (count > 1000) failed("an array holds at most 1000 numbers");
  return Array.from({ length: count }, (_, at) => first + at * step);
}

function unique(list: Json[]): Json[] {
  return list.filter((item, at) => list.findIndex((other) => isDeepStrictEqual(other, item)) === at);
}

/** Each character of `delimiters` delimits; empty parts are left out. */
function split(text: string, delimiters: string): string[] {
  const parts: string[] = [""];
  for (const character of text) {
    if (delimiters.includes(character)) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts.filter((part) => part !== "");
}

function random(from: number, to: number, seed: number | undefined, chance: Chance): number {
  if (to <= from) failed("the end must be greater than the start");
  return from + Math.floor((seed === undefined ? chance.random() : seeded(seed)) * (to - from));
}
