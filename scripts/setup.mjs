// Prepares a checkout: `node scripts/setup.mjs start|synth|e2e|test`. Runs on any Node from 20 with nothing installed.
import { chromium } from "./setup/chromium.mjs";
import { dependencies } from "./setup/dependencies.mjs";
import { ffmpeg } from "./setup/ffmpeg.mjs";
import { sstSource } from "./setup/sst-source.mjs";
import { Unready } from "./setup/step.mjs";

const STEPS = {
  start: [dependencies, ffmpeg],
  synth: [dependencies, sstSource],
  e2e: [dependencies, ffmpeg, chromium],
  test: [dependencies, ffmpeg, sstSource, chromium],
};

const steps = STEPS[process.argv[2]];
// npm ci runs scripts of its own: none of them may lead back here.
const inside = ["ci", "install"].includes(process.env.npm_command ?? "");
if (!steps) {
  console.error("usage: node scripts/setup.mjs start|synth|e2e|test");
  process.exitCode = 2;
} else if (!inside) {
  try {
    for (const step of steps) step();
  } catch (error) {
    if (!(error instanceof Unready)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
