import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";

/** Left for Node to load at run time, as the sst CLI does. */
const EXTERNAL = [
  "@pulumi/*",
  "@pulumiverse/*",
  "@sst-provider/*",
  "@aws-sdk/*",
  "undici",
  "esbuild",
  "archiver",
  "glob",
  "vite",
];

/** CommonJS names that bundled dependencies still use inside an ES module. */
const BANNER = [
  `import { createRequire as synthCreateRequire } from "node:module";`,
  `import { fileURLToPath as synthFileURLToPath } from "node:url";`,
  `const require = synthCreateRequire(import.meta.url);`,
  `const __filename = synthFileURLToPath(import.meta.url);`,
  `const __dirname = synthFileURLToPath(new URL(".", import.meta.url));`,
].join("\n");

/** The one random choice in SST's physical names, and its replacement: the same name gets the same suffix. */
const RANDOM_SUFFIX = 'crypto.randomBytes(8).toString("hex")';
const NAMED_SUFFIX = 'crypto.createHash("sha256").update(main + suffix).digest("hex")';

/** An edge of the module graph that esbuild is told about; see https://esbuild.github.io/plugins/. */
interface PluginBuild {
  onLoad(
    filter: { filter: RegExp },
    load: (args: { path: string }) => Promise<{ contents: string; loader: string }>,
  ): void;
}

/** Bundles the config and SST's component source into `outfile`, as the sst CLI does. */
export async function bundle({ root, config, outfile }: { root: string; config: string; outfile: string }) {
  const platform = path.join(root, ".sst/platform");
  const esbuild = createRequire(path.join(platform, "package.json"))("esbuild");
  const globals = await globalImports(root, platform);
  let renamed = false;

  const plugin = {
    name: "sst-globals",
    setup(build: PluginBuild) {
      build.onLoad({ filter: /\.(js|ts|jsx|tsx)$/ }, async ({ path: file }) => {
        let contents = await readFile(file, "utf8");
        if (!file.includes(`${path.sep}.sst${path.sep}`)) contents = globals + contents;
        if (file.endsWith(path.join("components", "naming.ts"))) {
          renamed = contents.includes(RANDOM_SUFFIX);
          contents = contents.replace(RANDOM_SUFFIX, NAMED_SUFFIX);
        }
        return { contents, loader: "default" };
      });
    },
  };

  await esbuild.build({
    stdin: {
      contents: [
        `export { run } from ${JSON.stringify(path.join(platform, "src/auto/run.ts"))};`,
        `export { default as config } from ${JSON.stringify(config)};`,
      ].join("\n"),
      resolveDir: root,
      sourcefile: "synth.ts",
      loader: "ts",
    },
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    mainFields: ["module", "main"],
    nodePaths: [path.join(platform, "node_modules")],
    external: EXTERNAL,
    inject: [path.join(platform, "src/shim/run.js")],
    banner: { js: BANNER },
    sourcemap: process.execArgv.includes("--enable-source-maps") ? "inline" : false,
    logLevel: "silent",
    plugins: [plugin],
  });
  if (!renamed) {
    throw new Error(
      "SST's components/naming.ts has changed: its names can no longer be made repeatable (run/bundle.ts)",
    );
  }
}

/** `aws`, `sst` and the other names that a config uses without importing them. */
async function globalImports(root: string, platform: string): Promise<string> {
  const lock: { alias: string; package: string }[] = JSON.parse(
    await readFile(path.join(root, ".sst/provider-lock.json"), "utf8"),
  );
  const imports = lock.map((provider) => `import * as ${provider.alias} from ${JSON.stringify(provider.package)};`);
  imports.push(`import * as sst from ${JSON.stringify(path.join(platform, "src/components"))};`);
  // On the file's own first line, so that line numbers in errors stay those of the file.
  return `${imports.join(" ")} `;
}
