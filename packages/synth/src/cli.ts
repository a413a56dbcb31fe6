import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { formatGraph } from "./graph.ts";
import { synth } from "./synth.ts";

/**
 * `node packages/synth/src/cli.ts [--check] [--stage S] [--set NAME=VALUE]… [--out FILE]`: writes the graph the local
 * cloud runs, or compares it. `--set` gives the stacks a setting, since they see nothing of the environment.
 */

const root = path.resolve(import.meta.dirname, "../../..");

/** `DROPCLIP_WEBHOOK=https://example.com` as a name and its value. */
function setting(text: string): [name: string, value: string] {
  const [, name, value] = /^([A-Z][A-Z0-9_]*)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new Error(`--set ${text}: write NAME=VALUE`);
  return [name, value];
}

try {
  const { values } = parseArgs({
    options: {
      check: { type: "boolean", default: false },
      stage: { type: "string", default: "dev" },
      set: { type: "string", multiple: true, default: [] as string[] },
      out: { type: "string" },
    },
  });
  // The graph that is committed is that of no settings, everywhere.
  if (values.set.length > 0 && values.out === undefined) throw new Error("--set needs --out: name another file");
  const file = values.out ?? path.join(root, "stacks/graph.json");
  const shown = path.relative(process.cwd(), file);
  const env = Object.fromEntries(values.set.map(setting));
  const graph = await synth({ stage: values.stage, root, env, log: (text) => process.stderr.write(text) });
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
