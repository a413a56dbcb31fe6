import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { toJsonSchema } from "@valibot/to-json-schema";
import { DETAILS } from "../packages/core/src/telling/schemas.ts";

/**
 * Writes `docs/events.schema.json` (`--print`: to stdout), the JSON schema of the events that other programs are told.
 * What they are checked by in the code has checks and changes that JSON schemas cannot say: these are left out.
 */

const nameOf = (type: string) => type.replace(" ", "");
const schema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "What dropclip tells other programs, as events of EventBridge's default bus",
  type: "object",
  required: ["id", "source", "detail-type", "time", "detail"],
  properties: { source: { type: "string", pattern: "^dropclip\\." }, time: { type: "string", format: "date-time" } },
  oneOf: Object.keys(DETAILS).map((type) => ({
    title: type,
    properties: { "detail-type": { const: type }, detail: { $ref: `#/$defs/${nameOf(type)}` } },
  })),
  $defs: Object.fromEntries(
    Object.entries(DETAILS).map(([type, detail]) => {
      const { $schema: _, ...rest } = toJsonSchema(detail, { typeMode: "output", errorMode: "ignore" });
      return [nameOf(type), { title: type, ...rest }];
    }),
  ),
};

/** The name by which openapi.json refers to a schema is no word of JSON Schema. */
const text = `${JSON.stringify(schema, (key, value) => (key === "ref" ? undefined : value), 2)}\n`;
if (process.argv.includes("--print")) process.stdout.write(text);
else writeFileSync(join(import.meta.dirname, "..", "docs/events.schema.json"), text);
