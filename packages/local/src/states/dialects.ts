import { createJsonata } from "./jsonata/dialect.ts";
import type { Chance } from "./jsonata/functions.ts";
import { createJsonPath } from "./jsonpath/dialect.ts";
import type { Dialect } from "./language.ts";

export function createDialects(chance: Chance): Record<"JSONata" | "JSONPath", Dialect> {
  return { JSONata: createJsonata(chance), JSONPath: createJsonPath(chance) };
}
