/**
 * How SST 4.17.1 bundles a Node.js function for deployment (its source: pkg/runtime/node/build.go), as far as the graph
 * shows it.
 */

/** The options of a build that decide its bundle. */
export interface Bundled {
  runtime: string;
  install: string[];
  external: string[];
}

/** SST leaves these two out of every bundle. It installs them where one is imported, unless it is named as external. */
export const ALWAYS_EXTERNAL = ["sharp", "pg-native"];

/** Code that was CommonJS needs `require`, `__filename` and `__dirname`. */
const BANNER = [
  `import { createRequire as topLevelCreateRequire } from 'module';`,
  `const require = topLevelCreateRequire(import.meta.url);`,
  `import { fileURLToPath as topLevelFileUrlToPath, URL as topLevelURL } from "url"`,
  `const __filename = topLevelFileUrlToPath(import.meta.url)`,
  `const __dirname = topLevelFileUrlToPath(new topLevelURL(".", import.meta.url))`,
].join("\n");

const TARGETS: Record<string, string> = { "nodejs24.x": "es2024", "nodejs22.x": "es2023", "nodejs20.x": "es2023" };

/** Options of the esbuild command, except the entry and the output file. Throws for an unknown runtime. */
export function esbuildArguments({ runtime, install, external }: Bundled): string[] {
  const target = TARGETS[runtime];
  if (!target) throw new Error(`SST's esbuild target for ${runtime} is not known here`);
  return [
    "--bundle",
    "--platform=node",
    "--format=esm",
    `--target=${target}`,
    "--main-fields=module,main",
    "--keep-names",
    "--sourcemap=linked",
    `--banner:js=${BANNER}`,
    ...new Set([...ALWAYS_EXTERNAL, ...install, ...external].map((name) => `--external:${name}`)),
  ];
}

/** The packages that SST installs beside the bundle, given the imports left in the bundle. */
export function installedBeside({ install, external }: Bundled, imported: string[]): string[] {
  const forced = ALWAYS_EXTERNAL.filter((name) => imported.includes(name) && !external.includes(name));
  return [...new Set([...install, ...forced])];
}
