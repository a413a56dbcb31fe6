import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes `openapi.json` (`--print`: to stdout), the description of the API's routes: the stacks, the served document and the tests read it. */

const file = join(import.meta.dirname, "..", "openapi.json");
// The domain's modules want to know their tables as they are loaded; nothing is asked of them here.
for (const name of ["UPLOADS_TABLE", "EVENTS_TABLE", "COLLECTIONS_TABLE"]) process.env[name] ??= "none";
const { document } = await import("../packages/functions/src/api/document.ts");
const text = `${JSON.stringify(await document(), null, 2)}\n`;
if (process.argv.includes("--print")) process.stdout.write(text);
else writeFileSync(file, text);
