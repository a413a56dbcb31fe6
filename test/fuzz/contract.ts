import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";

export type Schema = { [keyword: string]: any };

export interface Parameter {
  in: "path" | "query" | "header";
  name: string;
  schema: Schema;
}

/** One operation of `openapi.json`. */
export interface Operation {
  id: string;
  method: string;
  path: string;
  access: "public" | "user" | "creative";
  parameters: Parameter[];
  /** The schema of its JSON body; undefined if it takes none. */
  body?: Schema;
  /** By status; undefined for an answer without a body. */
  answers: Record<string, Schema | undefined>;
}

const document = JSON.parse(readFileSync(join(import.meta.dirname, "../../openapi.json"), "utf8"));

const ORDER = ["POST", "GET", "PUT", "PATCH", "DELETE"];

/** Every operation: what makes things first, what deletes them last. */
export const operations: Operation[] = Object.entries<Schema>(document.paths)
  .flatMap(([path, item]) =>
    Object.entries<Schema>(item).map(([method, described]) => ({
      id: described.operationId,
      method: method.toUpperCase(),
      path,
      access: described["x-access"],
      parameters: described.parameters ?? [],
      body: schemaOf(described.requestBody),
      answers: Object.fromEntries(
        Object.entries<Schema>(described.responses).map(([status, answer]) => [status, schemaOf(answer)]),
      ),
    })),
  )
  .sort((a, b) => ORDER.indexOf(a.method) - ORDER.indexOf(b.method));

function schemaOf(described: Schema | undefined): Schema | undefined {
  return described?.content?.["application/json"].schema;
}

/** The status of an operation that does what it is asked. */
export const success = ({ answers }: Operation) => Object.keys(answers).find((status) => status.startsWith("2"))!;

const ajv = new Ajv2020({ strict: false, validateFormats: true });
(formats as unknown as (on: Ajv2020) => void)(ajv);
const compiled = new Map<Schema, ValidateFunction>();

/** What of a value does not fit a schema of the document; undefined when all does. */
export function misfit(schema: Schema, value: unknown): string | undefined {
  const known = compiled.get(schema) ?? ajv.compile({ ...schema, components: document.components });
  compiled.set(schema, known);
  if (known(value)) return undefined;
  const { instancePath, message, params } = known.errors![0]!;
  return `${instancePath || "/"} ${message} ${JSON.stringify(params)}`;
}

/** The same, and nothing the document does not name may be there: it would have slipped out. */
export function slip(schema: Schema, value: unknown): string | undefined {
  return misfit(closedOf(schema), value);
}

const closed = new Map<Schema, Schema>();
function closedOf(schema: Schema): Schema {
  const known = closed.get(schema) ?? close(schema);
  closed.set(schema, known);
  return known;
}

/** References are followed here, since what they lead to is to be closed as well. */
function close(node: any): any {
  if (Array.isArray(node)) return node.map(close);
  if (typeof node !== "object" || node === null) return node;
  if (node.$ref) return close(document.components.schemas[node.$ref.split("/").at(-1)]);
  const inner = Object.fromEntries(Object.entries(node).map(([name, value]) => [name, close(value)]));
  return node.properties ? { additionalProperties: false, ...inner } : inner;
}
