import { readFileSync } from "node:fs";

/** One shape of AWS's service model. */
export type Shape =
  | { type: "structure"; members: Map<string, string>; required: Set<string> }
  | { type: "list"; member: string; min?: number; max?: number }
  | { type: "map"; value: string }
  | { type: "enum"; values: string[] }
  | { type: "string"; min?: number; max?: number; pattern?: RegExp }
  | { type: "integer" | "long" | "double"; min?: number; max?: number }
  | { type: "boolean" | "timestamp" };

const file: { operations: Record<string, string>; shapes: Record<string, string> } = JSON.parse(
  readFileSync(new URL("model.json", import.meta.url), "utf8"),
);
const parsed = new Map<string, Shape>();

/** The operations of the real service with their method and path, `{id}` standing for a path segment. */
export const OPERATIONS: ReadonlyMap<string, string> = new Map(Object.entries(file.operations));

/** The shape of that name; throws when the model has none. */
export function shapeOf(name: string): Shape {
  let shape = parsed.get(name);
  if (!shape) {
    const text = file.shapes[name];
    if (text === undefined) throw new Error(`the service model has no shape ${name}`);
    shape = parse(text);
    parsed.set(name, shape);
  }
  return shape;
}

/** A member's name as it stands in REST-JSON bodies: AWS's names with a small first letter. */
export const wireName = (member: string) => member.charAt(0).toLowerCase() + member.slice(1);

function parse(text: string): Shape {
  const [type, ...rest] = text.split(" ");
  if (type === "structure") {
    const members = new Map<string, string>();
    const required = new Set<string>();
    for (const entry of rest) {
      const [name, shape] = entry.split(":") as [string, string];
      members.set(name.replace("*", ""), shape);
      if (name.endsWith("*")) required.add(name.slice(0, -1));
    }
    return { type, members, required };
  }
  if (type === "enum") return { type, values: rest };
  if (type === "map") return { type, value: rest[1]! };
  const [min, max] = rest[0]!.split("..").map((bound) => (bound === "" ? undefined : Number(bound)));
  if (type === "list") return { type, min, max, member: rest[1]! };
  if (type === "string") {
    const pattern = rest.slice(1).join(" ");
    return { type, min, max, pattern: pattern ? new RegExp(pattern) : undefined };
  }
  if (type === "integer" || type === "long" || type === "double") return { type, min, max };
  if (type === "boolean" || type === "timestamp") return { type };
  throw new Error(`the service model has the unknown type ${type}`);
}
