import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { document } from "../packages/functions/src/api/document.ts";

/**
 * Writes `openapi.json` (`--print`: to stdout), the description of the API's routes. The stacks, the served document
 * and the tests read it.
 */

const file = join(import.meta.dirname, "..", "openapi.json");
const text = `${JSON.stringify(await document(), null, 2)}\n`;
if (process.argv.includes("--print")) process.stdout.write(text);
else writeFileSync(file, text);
