import { describe, expect, it } from "vitest";
import { launchersOf } from "../src/launchers.ts";

/** Processes from the top down; their ids count from 1, and the process itself would be the next. */
const row = (...commands: string[]) =>
  launchersOf(commands.length, new Map(commands.map((command, index) => [index + 1, { parent: index, command }])));

describe("those that started the process", () => {
  it("are all of npm's row, with the shells within it and the shim", () => {
    const shim = "node /repo/node_modules/.bin/dropclip start --sample";
    const start = "sh -c node scripts/setup.mjs start && npm run --silent local --";
    expect(row("-bash", "npm start", start, "npm run local", "sh -c dropclip start --sample", shim)).toEqual([
      6, 5, 4, 3, 2,
    ]);
  });

  it("are npx and its shell", () => {
    expect(row("/bin/bash", "npm exec dropclip start", "sh -c 'dropclip' start")).toEqual([3, 2]);
  });

  it("are found where npm does not rename itself", () => {
    expect(row("/usr/bin/node /usr/lib/node_modules/npm/bin/npm-cli.js start", "sh -c dropclip start")).toEqual([2, 1]);
    expect(row("node /usr/bin/npm start", "/bin/sh -c dropclip start")).toEqual([2, 1]);
  });

  it("are not the shell above npm, which may leave while npm goes on", () => {
    expect(row("sh -c npm start &", "npm start", "sh -c dropclip start")).toEqual([3, 2]);
  });

  it("are nobody without npm in the row: who runs a script that runs dropclip is not watched", () => {
    expect(row("npm test", "sh -c vitest", "node /repo/node_modules/.bin/vitest")).toEqual([]);
    expect(row("/bin/bash", "sh -c dropclip start")).toEqual([]);
    expect(row("npm-watch everything")).toEqual([]);
  });
});
