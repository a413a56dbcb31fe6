import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CloudProcess, REACHES, type Ready } from "../test/support/cloud-process.ts";
import { count, isSettled } from "./soak/count.ts";
import { Fans, makeFiles } from "./soak/fans.ts";
import { read } from "./soak/options.ts";
import { freePorts } from "./soak/ports.ts";
import { seeded } from "./soak/random.ts";

/**
 * `npm run soak`: fans send to a local cloud that is stopped again and again, at moments the seed decides. Prints one
 * line of JSON. The exit code is 1 when an upload is lost, doubled or failed, or when a stop did not end cleanly.
 */

/** A kill comes within this time after a start. */
const LONGEST_LIFE_MS = 12_000;
/** One kill in this many comes while the cloud still starts. */
const EARLY_EVERY = 5;
const EARLY_MS = 1_500;
/** Wait after the last kill: more than any upload needs, so that what is still missing then is lost. */
const SETTLE_MS_PER_UPLOAD = 10_000;
const SETTLE_MS = 60_000;

const options = read(process.argv.slice(2));
const random = seeded(options.seed);
/** A separate sequence for the fans: when they draw depends on how busy the machine is, and the kills must not. */
const luck = seeded(options.seed + 1);
const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)]!;
const folder = mkdtempSync(join(tmpdir(), "dropclip-soak-"));
// The ports do not follow the seed: another soak may run beside this one.
const cloud = new CloudProcess(folder, { port: await freePorts(Math.random) });
/** Stops that did not end cleanly. */
let unclean = 0;
const say = (text: string) => process.stderr.write(`${text}\n`);

/** Kills the cloud at some moment after it was ready or, now and then, before. */
async function kill(ready: Promise<Ready | undefined>): Promise<string> {
  const early = random() < 1 / EARLY_EVERY;
  if (!early && !(await ready)) throw new Error("the cloud did not start again");
  await sleep(random() * (early ? EARLY_MS : LONGEST_LIFE_MS));
  const signal = pick(options.signals);
  const reach = pick(REACHES);
  const { code } = await cloud.kill(signal, reach);
  if (code !== null && code !== 0) unclean++;
  return `${signal} to ${reach === "all" ? "all its processes" : `the ${reach}`}${early ? " while it started" : ""}`;
}

async function soak() {
  const began = performance.now();
  const ending = new AbortController();
  const fans = new Fans(join(folder, "fans"), await makeFiles(join(folder, "files")), luck, ending.signal);
  const first = await cloud.ready();
  await fans.enter(first);
  let running: Promise<Ready | undefined> = Promise.resolve(first);
  const batches: Promise<void>[] = [];
  let sent = 0;
  const send = (upTo: number) => {
    batches.push(fans.send(upTo - sent));
    sent = upTo;
  };
  for (let kills = 1; kills <= options.kills; kills++) {
    // So that work is in progress at every kill.
    send(Math.round((options.uploads * kills) / options.kills));
    const how = await kill(running);
    say(`kill ${kills}: ${how}; of ${sent} uploads ${fans.finished.length} complete, ${fans.running} under way`);
    running = cloud.start();
  }
  send(options.uploads);
  const ready = await running;
  if (!ready) throw new Error("the cloud did not start again");
  const patienceMs = SETTLE_MS + SETTLE_MS_PER_UPLOAD * options.uploads;
  const patience = setTimeout(() => ending.abort(new Error(`not over after ${patienceMs / 1000} s`)), patienceMs);
  await Promise.all(batches);
  while (!ending.signal.aborted && !(await isSettled(ready))) await sleep(500);
  clearTimeout(patience);
  const errors = errorLines();
  for (const problem of [...fans.problems, ...errors]) say(problem);
  const { kills, uploads, seed } = options;
  const counts = await count(ready, uploads, fans.finished);
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(JSON.stringify({ kills, uploads, seed, ...counts, unclean, errorLines: errors.length, seconds }));
  if (counts.lost + counts.doubled + counts.failed + unclean > 0) process.exitCode = 1;
}

/** Errors in the cloud's log, over all its starts. */
function errorLines(): string[] {
  return readFileSync(cloud.log, "utf8")
    .split("\n")
    .filter((line) => line.includes("ERROR: "));
}

try {
  await soak();
} finally {
  await cloud.end();
  if (process.exitCode === 1) say(`what the cloud logged is kept in ${cloud.log}`);
  else rmSync(folder, { recursive: true, force: true });
}
