import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ROOT } from "../test/support/cloud.ts";

/** The same options as SST 4's Node.js runtime. */
export function bundle(source: string, outfile: string, external: string[] = []) {
  const esbuild = createRequire(import.meta.url).resolve("esbuild/bin/esbuild");
  const banner = `import { createRequire as topLevelCreateRequire } from 'module';const require = topLevelCreateRequire(import.meta.url);`;
  execFileSync(
    esbuild,
    [
      ...[join(ROOT, source), "--bundle", "--minify", "--platform=node", "--format=esm", "--target=esnext"],
      ...["--main-fields=module,main", "--keep-names", `--banner:js=${banner}`, `--outfile=${outfile}`],
      ...["sharp", "pg-native", ...external].map((name) => `--external:${name}`),
    ],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
}
