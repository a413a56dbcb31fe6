import { isDeepStrictEqual } from "node:util";
import { TYPE } from "@dropclip/synth/from-graph/types";
import { type Graph, type Resource, shortType } from "@dropclip/synth/graph";
import { keyOf } from "./keys.ts";

/** One thing in which an account is not what the stacks say. */
export interface Drift {
  kind: "missing" | "unexpected" | "changed";
  type: string;
  name: string;
  /** Which input was changed, what it is, and what it should be. */
  attribute?: string;
  is?: unknown;
  should?: unknown;
}

/**
 * What of the types that were looked at is missing, unexpected or changed. Inputs that were not described count as
 * right.
 */
export function drift(graph: Graph, live: Graph, types: ReadonlySet<string>): Drift[] {
  const keyed = ({ resources }: Graph) =>
    new Map(resources.filter(({ type }) => types.has(type)).map((one) => [`${one.type}::${keyOf(one)}`, one]));
  const [wanted, found] = [keyed(graph), keyed(live)];
  const of = ({ type, name }: Resource) => ({ type: shortType(type), name });
  const missing = [...wanted].filter(([key]) => !found.has(key));
  const unexpected = [...found].filter(([key]) => !wanted.has(key));
  return [
    ...missing.map(([, one]) => ({ kind: "missing" as const, ...of(one) })),
    ...unexpected.map(([, one]) => ({ kind: "unexpected" as const, ...of(one) })),
    ...[...found].flatMap(([key, one]) => {
      const other = wanted.get(key);
      return other ? changed(other, one).map((change) => ({ kind: "changed" as const, ...of(one), ...change })) : [];
    }),
  ];
}

function changed(wanted: Resource, found: Resource) {
  const should = inSeconds(wanted.inputs);
  // A deployment leaves these as they are. A permission names its function or gives its ARN: it was found by that.
  const left = new Set(wanted.options.ignoreChanges);
  if (wanted.type === TYPE.permission) left.add("function");
  return Object.entries(inSeconds(found.inputs))
    .filter(([attribute]) => !left.has(attribute))
    .map(([attribute, is]) => ({ attribute, is: tidy(is), should: tidy(should[attribute]) }))
    .filter((one) => one.should !== undefined)
    .flatMap((one) => differences(one.attribute, within(one.is, one.should), one.should));
}

/** Where two values differ, as near to it as both have the same form. */
function differences(at: string, is: unknown, should: unknown): { attribute: string; is: unknown; should: unknown }[] {
  if (isDeepStrictEqual(is, should)) return [];
  if (isObject(is) && isObject(should))
    return Object.keys({ ...should, ...is }).flatMap((key) => differences(`${at}.${key}`, is[key], should[key]));
  if (Array.isArray(is) && Array.isArray(should) && is.length === should.length && is.every(isObject))
    return is.flatMap((one, index) => differences(`${at}[${index}]`, one, should[index]));
  return [{ attribute: at, is, should }];
}

const SECONDS: Record<string, number> = { seconds: 1, minutes: 60, hours: 60 * 60, days: 24 * 60 * 60 };

/** The lifetimes of a client's tokens, which have units of their own. */
function inSeconds({ tokenValidityUnits: units, ...inputs }: Record<string, any>): Record<string, unknown> {
  if (!units) return inputs;
  return Object.fromEntries(
    Object.entries(inputs).map(([key, value]) => {
      const seconds = SECONDS[units[key.replace(/Validity$/, "")]];
      return [key, key.endsWith("TokenValidity") && seconds ? value * seconds : value];
    }),
  );
}

/**
 * What of a described value the stacks speak of: AWS adds its defaults. What is there and not spoken of is only
 * overlooked where it is no member of a list.
 */
function within(is: unknown, should: unknown): unknown {
  if (Array.isArray(is) && Array.isArray(should) && is.length === should.length)
    return is.map((one, index) => within(one, should[index]));
  if (!isObject(is) || !isObject(should)) return is;
  return Object.fromEntries(Object.keys(should).map((key) => [key, within(is[key], should[key])]));
}

/** Members that are told apart by one of these are found by it, and stand in any order. */
const NAMES = ["id", "name", "originId", "routeKey", "header"];

function inOrder(members: unknown[]): unknown[] {
  const named = NAMES.find((name) => members.every((one) => isObject(one) && typeof one[name] === "string"));
  if (!named) return members;
  const nameOf = (one: unknown) => String((one as Record<string, unknown>)[named]);
  return members.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * AWS gives documents as text with spaces of its own, lists of plain values and of named things in any order, and of
 * one value as that value.
 */
function tidy(value: unknown): unknown {
  if (typeof value === "string" && /^\s*[[{]/.test(value)) {
    try {
      return tidy(JSON.parse(value));
    } catch {
      return value;
    }
  }
  if (Array.isArray(value)) {
    const members = value.map(tidy);
    if (members.some((member) => typeof member === "object"))
      return members.length === 1 ? members[0] : inOrder(members);
    return members.length === 1 ? members[0] : members.toSorted();
  }
  if (!isObject(value)) return value === "" || value === null ? undefined : value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, member]) => [key, tidy(member)] as const)
      .filter(([, member]) => member !== undefined),
  );
}
