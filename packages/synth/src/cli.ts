import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { formatGraph } from "./graph.ts";
import { synth } from "./synth.ts";

/** `node packages/synth/src/cli.ts [--check] [--stage S]`: writes the graph the local cloud runs, or compares it. */

const root = path.resolve(import.meta.dirname, "../../..");
const file = path.join(root, "stacks/graph.json");
const shown = path.relative(process.cwd(), file);

try {
  const { values } = parseArgs({
    options: { check: { type: "boolean", default: false }, stage: { type: "string", default: "dev" } },
  });
  const graph = await synth({ stage: values.stage, root, log: (text) => process.stderr.write(text) });
  const text = formatGraph(graph);
  const fresh = existsSync(file) && readFileSync(file, "utf8") === text;
  if (fresh) console.log(`${shown} is up to date: ${graph.resources.length} resources`);
  else if (values.check) {
    console.error(`${shown} is not what the stacks describe: run npm run synth and look at the difference`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, text);
    console.log(`wrote ${shown}: ${graph.resources.length} resources`);
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
