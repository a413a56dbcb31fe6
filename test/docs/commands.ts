import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Context, program } from "@dropclip/cli";
import { systemClock } from "@dropclip/local/clock";
import { ROOT } from "./documents.ts";

const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
/** Only the tree is looked at; no command runs. */
const context: Context = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: {},
  clock: systemClock,
  random: Math.random,
  signal: new AbortController().signal,
  startCloud: () => Promise.reject(new Error("no command runs here")),
  openBrowser: () => {},
  callbackPorts: [],
};
const CLI = program(context);
type Command = typeof CLI;

/** Commands in a line of code, without the comment behind. */
const COMMAND = /(?:^|[\s(&])(?:(npm (?:run [\w:-]+|start|test\b))|npx ([\w@/-]+)|(?<!@)(dropclip) (?=[a-z]))([^&]*)/g;

/** Why each command in a line of code could not be run; nothing where all could. */
export function problemsOf(line: string): string[] {
  const text = line.replace(/\s#\s.*$/, "");
  return [...text.matchAll(COMMAND)].flatMap(([, npm, npx, direct, rest = ""]) => {
    if (npm) return npmProblems(npm.replace(/^npm (?:run )?/, ""));
    const tool = npx ?? direct!;
    if (tool === "dropclip") return cliProblems(rest.trim().split(/\s+/).filter(Boolean));
    return existsSync(join(ROOT, "node_modules/.bin", tool)) ? [] : [`nothing that is installed is called ${tool}`];
  });
}

const npmProblems = (script: string) => (scripts[script] ? [] : [`package.json has no script ${script}`]);

const optionsOf = (command: Command): string[] => [
  ...command.options.map(({ long }) => long ?? ""),
  ...command.commands.flatMap((one) => optionsOf(one as Command)),
];

/** Goes down the command's tree by the words, and looks for its options there; `…` stands for any command. */
function cliProblems(words: string[]): string[] {
  let at: Command = CLI;
  const anyCommand = words.includes("…");
  const problems: string[] = [];
  let names = "dropclip";
  for (const word of words) {
    const below = at.commands.find((one) => one.name() === word);
    if (below) {
      at = below as Command;
      names += ` ${word}`;
    } else if (word.startsWith("--")) {
      const name = word.split("=")[0]!.replace(/[.,;:]$/, "");
      const own = [at, CLI].flatMap((one) => one.options.map(({ long }) => long));
      const known = (anyCommand ? optionsOf(CLI) : own).includes(name) || name === "--help";
      if (!known) problems.push(`${names} has no option ${name}`);
    } else if (at.commands.length > 0 && /^[a-z]/.test(word)) problems.push(`${names} has no command ${word}`);
  }
  return problems;
}

/** Routes that a piece of code names, in the form of `openapi.json`, and whether they are there. */
export function missingRoute(code: string): string | undefined {
  const [, method, path] = /^(GET|POST|PUT|PATCH|DELETE) (\/[\w/{}-]*)$/.exec(code) ?? [];
  if (!method || !path) return undefined;
  const { paths } = JSON.parse(readFileSync(join(ROOT, "openapi.json"), "utf8"));
  const found = Object.entries(paths as Record<string, object>).some(
    ([one, methods]) => one === path && method.toLowerCase() in methods,
  );
  return found ? undefined : `openapi.json has no ${code}`;
}
