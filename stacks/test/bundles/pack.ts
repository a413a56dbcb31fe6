import { cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join } from "node:path";
import { esbuild } from "@dropclip/local/lambda/esbuild";
import { findHandler } from "@dropclip/local/lambda/source";
import type { LambdaFunction } from "@dropclip/synth/cloud";
import { esbuildArguments, installedBeside } from "@dropclip/synth/sst-build";

/** What of a function decides its package. */
export type Packed = Pick<LambdaFunction, "handler" | "runtime" | "install" | "external">;

/** A test's bundling is never cancelled. */
const NEVER = new AbortController().signal;

/**
 * Makes of a function what SST would upload: its bundle in `folder`, and beside it what SST installs, nothing else.
 * Lambda's own copy of the AWS SDK is left out: it is of another version each month, and SST bundles the SDK.
 * Returns what is wrong already; rejects with esbuild's message where there is no bundle.
 */
export async function pack(root: string, fn: Packed, folder: string): Promise<string[]> {
  const source = findHandler(root, fn.handler);
  if (!source) return [`there is no file for ${fn.handler}`];
  mkdirSync(folder, { recursive: true });
  const outputs = [`--outfile=${join(folder, "bundle.mjs")}`, `--metafile=${join(folder, "meta.json")}`];
  await esbuild(root, [source.file, ...outputs, ...esbuildArguments(fn)], NEVER);
  const imported = importsOf(join(folder, "meta.json"));
  const names = imported.map(({ path }) => path);
  const installed = installedBeside(fn, names);
  const from = dirname(source.file);
  const modules = join(folder, "node_modules");
  const problems = installed.flatMap((name) => versionProblems(name, from));
  if (problems.length === 0) for (const name of installed) copyPackage(name, from, modules);
  const missed = imported.filter(
    (one) => !isOfNode(one.path) && !isForgone(one, fn) && !installed.includes(packageOf(one.path)),
  );
  const lines = missed.map(
    ({ path, by }) => `leaves ${path} out of its bundle, which ${by} imports and SST does not install`,
  );
  return [...problems, ...new Set(lines)];
}

interface Import {
  path: string;
  kind: string;
  /** The file that imports it. */
  by: string;
}

/** What the bundle still imports, by the files that do. */
function importsOf(metafile: string): Import[] {
  const { inputs } = JSON.parse(readFileSync(metafile, "utf8")) as {
    inputs: Record<string, { imports: { path: string; kind: string; external?: boolean }[] }>;
  };
  const left = Object.entries(inputs).flatMap(([by, { imports }]) =>
    imports.filter(({ external }) => external).map(({ path, kind }) => ({ path, kind, by })),
  );
  // esbuild's own helpers.
  return left.filter(({ path }) => path !== "<runtime>");
}

const isOfNode = (path: string) => path.startsWith("node:") || builtinModules.includes(path);

/**
 * The SDK's ways to other credentials than Lambda's are never taken there. What is neither installed nor named as
 * external, esbuild leaves in a bundle only where `try` stands around a `require`: the code does without.
 */
function isForgone({ path, kind, by }: Import, { external }: Packed): boolean {
  const named = external.some((one) => (one.endsWith("*") ? path.startsWith(one.slice(0, -1)) : one === path));
  return named ? /node_modules\/@(aws-sdk|smithy)\//.test(by) : kind === "require-call";
}

/** SST installs the version that the nearest package.json names; of a package it does not name, whatever is newest. */
function versionProblems(name: string, from: string): string[] {
  const manifest = JSON.parse(readFileSync(findUp("package.json", from)!, "utf8"));
  const version = manifest.dependencies?.[name];
  if (/^\d+\.\d+\.\d+$/.test(version ?? "")) return [];
  return [
    `would be installed with ${name} ${version ?? "in its newest version"}: ${manifest.name} names no exact version of it`,
  ];
}

/** Copies a package as `npm install` would place it, with what it depends on, for this machine's platform. */
function copyPackage(name: string, from: string, modules: string, optional = false) {
  const found = findUp(join("node_modules", name), from);
  if (!found) {
    // Parts for other platforms are not here.
    if (optional) return;
    throw new Error(`${name} is not in node_modules`);
  }
  const target = join(modules, name);
  if (existsSync(target)) return;
  cpSync(found, target, { recursive: true, dereference: true });
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
    readFileSync(join(found, "package.json"), "utf8"),
  );
  // What lies within the package's own folder came along with it.
  for (const needed of Object.keys({ ...dependencies, ...optionalDependencies }))
    if (!existsSync(join(target, "node_modules", needed)))
      copyPackage(needed, found, modules, needed in optionalDependencies);
}

function findUp(name: string, from: string): string | undefined {
  const path = join(from, name);
  if (existsSync(path)) return path;
  return dirname(from) === from ? undefined : findUp(name, dirname(from));
}

const packageOf = (path: string) => path.split("/", path.startsWith("@") ? 2 : 1).join("/");
