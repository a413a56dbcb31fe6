import { badRequest } from "../errors.ts";
import { type Shape, shapeOf, wireName } from "./model.ts";

/** How members are spelt: `wire` in REST-JSON bodies (`frameCaptureSettings`), `sdk` in SDKs and Step Functions. */
export type Spelling = "wire" | "sdk";

const MAX_PROBLEMS = 5;

/**
 * Checks `value` against the shape and returns it with the SDK's member names. Throws BadRequestException naming the
 * path of every misfit: unknown name, enum, type, range, length, pattern, missing required member.
 */
export function read(shapeName: string, value: unknown, spelling: Spelling): any {
  const problems: string[] = [];
  const result = visit(shapeName, value, "", spelling, problems);
  if (problems.length > 0) throw badRequest(problems.slice(0, MAX_PROBLEMS).join(" | "));
  return result;
}

function visit(name: string, value: unknown, path: string, spelling: Spelling, problems: string[]): unknown {
  const shape = shapeOf(name);
  // AWS's own paths start at the settings: `/outputGroups/0/outputs/0: containerSettings is a required property`.
  const wrong = (text: string) => problems.push(`${path.replace(/^\/settings(?=\/)/, "") || "/"}: ${text}`);
  switch (shape.type) {
    case "structure":
      if (!isObject(value)) return wrong("Should be an object");
      return structure(shape, value, path, spelling, problems, wrong);
    case "map":
      if (!isObject(value)) return wrong("Should be an object");
      return fromPairs(value, ([key, item]) => [key, visit(shape.value, item, `${path}/${key}`, spelling, problems)]);
    case "list":
      if (!Array.isArray(value)) return wrong("Should be an array");
      if (value.length < (shape.min ?? 0)) wrong(`Should have at least ${shape.min} items`);
      if (value.length > (shape.max ?? Number.POSITIVE_INFINITY)) wrong(`Should have at most ${shape.max} items`);
      return value.map((item, index) => visit(shape.member, item, `${path}/${index}`, spelling, problems));
    default:
      scalar(shape, value, wrong);
      return value;
  }
}

function structure(
  shape: Extract<Shape, { type: "structure" }>,
  value: Record<string, unknown>,
  path: string,
  spelling: Spelling,
  problems: string[],
  wrong: (text: string) => void,
) {
  const known = new Map(
    [...shape.members].map(([member, type]) => [spelling === "sdk" ? member : wireName(member), { member, type }]),
  );
  for (const member of shape.required)
    if (value[spelling === "sdk" ? member : wireName(member)] == null)
      // The request's own members are named in other words than those of the settings.
      wrong(
        path === "" ? `The '${wireName(member)}' field is required.` : `${wireName(member)} is a required property`,
      );
  return fromPairs(value, ([key, item]) => {
    const entry = known.get(key);
    if (!entry) wrong(`${key} is not a known property`);
    if (!entry || item == null) return undefined;
    return [entry.member, visit(entry.type, item, `${path}/${wireName(entry.member)}`, spelling, problems)];
  });
}

function scalar(
  shape: Exclude<Shape, { type: "structure" | "map" | "list" }>,
  value: unknown,
  wrong: (text: string) => void,
) {
  if (shape.type === "enum") {
    if (!shape.values.includes(value as string)) wrong(`Should be one of ${shape.values.slice(0, 20).join(", ")}`);
  } else if (shape.type === "string") {
    if (typeof value !== "string") return wrong("Should be a string");
    if (value.length < (shape.min ?? 0)) wrong(`Should be at least ${shape.min} characters`);
    if (value.length > (shape.max ?? Number.POSITIVE_INFINITY)) wrong(`Should be at most ${shape.max} characters`);
    if (shape.pattern && !shape.pattern.test(value)) wrong(`Should match pattern ${shape.pattern.source}`);
  } else if (shape.type === "boolean") {
    if (typeof value !== "boolean") wrong("Should be a boolean");
  } else {
    if (typeof value !== "number" || !Number.isFinite(value)) return wrong("Should be a number");
    if (shape.type !== "double" && shape.type !== "timestamp" && !Number.isInteger(value))
      wrong("Should be an integer");
    const { min, max } = shape as { min?: number; max?: number };
    if (min !== undefined && value < min) wrong(`Should be at least ${min}`);
    if (max !== undefined && value > max) wrong(`Should be at most ${max}`);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Own properties only, whatever their names: `__proto__` in a body becomes a plain key. */
function fromPairs(value: Record<string, unknown>, map: (entry: [string, unknown]) => [string, unknown] | undefined) {
  return Object.fromEntries(
    Object.entries(value)
      .map(map)
      .filter((entry) => entry !== undefined),
  );
}

/** A value in SDK spelling as its REST-JSON body; keys of maps (user metadata, tags, selectors) stay as they are. */
export function toWire(shapeName: string | undefined, value: unknown): unknown {
  const shape = shapeName === undefined ? undefined : shapeOf(shapeName);
  if (Array.isArray(value)) return value.map((item) => toWire(shape?.type === "list" ? shape.member : undefined, item));
  if (!isObject(value)) return value;
  if (shape?.type === "map") return fromPairs(value, ([key, item]) => [key, toWire(shape.value, item)]);
  const members = shape?.type === "structure" ? shape.members : undefined;
  return fromPairs(value, ([key, item]) => [wireName(key), toWire(members?.get(key), item)]);
}
