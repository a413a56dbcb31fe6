import { generateSync } from "json-schema-faker";
import type { Schema } from "./contract.ts";

/** What the document cannot say, or says too widely to be met by chance. */
const HINTS: Record<string, Schema> = {
  mediaId: { enum: ["video", "image1", "image20"] },
  name: { enum: ["clip.mp4", "clip.MOV", "photo.jpg", "photo.png", "IMG_0001.HEIC", "moving.gif"] },
  files: { maxItems: 4 },
};

/** A value that the schema takes, the same for the same seed. */
export const fitting = (schema: Schema, seed: number) => generateSync(hinted(schema), { seed });

function hinted(schema: Schema): Schema {
  if (typeof schema !== "object" || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(hinted);
  const inner = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, hinted(value)]));
  if (!inner.properties) return inner;
  const properties = Object.entries<Schema>(inner.properties).map(([name, value]) => [
    name,
    { ...value, ...HINTS[name] },
  ]);
  return { ...inner, properties: Object.fromEntries(properties) };
}

/** `value` with something else, or nothing, at the `at`th of its places. */
export function replaced(value: unknown, at: number, by: unknown): unknown {
  const places = placesOf(value);
  const place = places[at % places.length];
  if (!place) return value;
  const copy = structuredClone(value);
  const holder = place.slice(0, -1).reduce((inner: any, step) => inner[step], copy) as any;
  const last = place.at(-1)!;
  if (by !== undefined) holder[last] = by;
  else if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else delete holder[last];
  return copy;
}

function placesOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const place = [...path, name];
    return [place, ...placesOf(inner, place)];
  });
}

/** `value` with something in it at a limit its schema names, or `by` next to it. */
export function limited(schema: Schema, value: unknown, at: number, by: number): unknown {
  const all = edgesOf(schema, value, by);
  return all.length > 0 ? all[at % all.length] : value;
}

/** All values that differ from this one in one place, which is at its limit. */
function edgesOf(described: Schema, value: unknown, by: number): unknown[] {
  const schema = described.anyOf?.[0] ?? described;
  const at = (...limits: (number | undefined)[]) =>
    limits.filter((limit) => limit !== undefined).map((one) => one + by);
  if (typeof value === "number") return at(schema.minimum, schema.maximum);
  if (typeof value === "string") return at(schema.minLength, schema.maxLength).map((length) => "é".repeat(length));
  if (Array.isArray(value)) {
    const lengths = at(schema.minItems, schema.maxItems).map((length) => Array.from({ length }, () => value[0]));
    const inner = edgesOf(schema.items ?? {}, value[0], by).map((edge) => [edge, ...value.slice(1)]);
    return [...lengths, ...inner];
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    edgesOf(schema.properties?.[name] ?? {}, inner, by).map((edge) => ({ ...value, [name]: edge })),
  );
}

/** `value` with one member more, which is its own even under a name that means something to JavaScript. */
export const more = (value: unknown, name: string, member: unknown) =>
  isObject(value) ? Object.fromEntries([...Object.entries(value), [name, member]]) : value;

/** The same without blanks around any text: so it is taken. */
export function trimmed(value: unknown): unknown {
  if (typeof value === "string") return value.trim();
  if (Array.isArray(value)) return value.map(trimmed);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, trimmed(inner)]));
}

export const isObject = (value: unknown): value is Record<string, any> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
