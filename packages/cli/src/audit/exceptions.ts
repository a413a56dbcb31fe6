import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Exception, parseExceptions } from "@dropclip/audit/exceptions";
import { ROOT } from "../paths.ts";

/** Not imported by name: no package may import from the stacks, which are read here as the graph is. */
const FILE = pathToFileURL(join(ROOT, "stacks", "exceptions.ts")).href;

export const readExceptions = async (): Promise<Exception[]> => parseExceptions((await import(FILE)).EXCEPTIONS);
