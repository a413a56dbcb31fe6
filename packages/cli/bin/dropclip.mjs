#!/usr/bin/env node
// Plain JavaScript, so that any Node from 20 on can read it: the rest is TypeScript, which Node 24 runs as it is.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";

const NODE_MAJOR = 24;
/**
 * Left alone, V8's young generation grows to 48 MB while a cloud starts, and stays so: most of what it holds at rest.
 * The largest size is read before this file is, so growing is turned off.
 */
const YOUNG = "--semi-space-growth-factor=1";
/**
 * Pinned dependencies print these warnings at every start, depending on the version of Node. Every other warning is
 * shown.
 */
const HIDDEN = ["SQLite is an experimental feature", "Type Stripping is an experimental feature"];

if (Number.parseInt(process.versions.node, 10) >= NODE_MAJOR) {
  hideWarnings();
  setFlagsFromString(YOUNG);
  const { run } = await import("../src/process.ts");
  await run();
} else {
  runOnRepositoryNode();
}

function hideWarnings() {
  const emitWarning = process.emitWarning;
  process.emitWarning = (warning, ...rest) => {
    if (HIDDEN.some((start) => String(warning).startsWith(start))) return;
    return emitWarning.call(process, warning, ...rest);
  };
}

function runOnRepositoryNode() {
  const child = spawn(repositoryNode(), [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    // The channel carries nothing: it closes when this process is killed, and so tells the child to stop.
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => fail(error.message));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

function repositoryNode() {
  const node = fileURLToPath(new URL("../../../node_modules/.bin/node", import.meta.url));
  if (existsSync(node)) return node;
  return fail(`dropclip needs Node ${NODE_MAJOR}, this is ${process.version}: run "npm ci" in the repository first`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
