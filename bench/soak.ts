import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { count, isSettled } from "./soak/count.ts";
import { Fans, makeFiles } from "./soak/fans.ts";
import { read } from "./soak/options.ts";
import { seeded } from "./soak/random.ts";
import { type Ready, Victim } from "./soak/victim.ts";

/**
 * `npm run soak`: fans send to a local cloud that is stopped again and again at moments the seed decides. Prints one line of
 * JSON; exit code 1 when an upload is lost, doubled or failed.
 */

/** A kill comes within this time of a start. */
const LONGEST_LIFE_MS = 6_000;
/** One in so many comes while the cloud still starts. */
const EARLY_EVERY = 5;
const EARLY_MS = 1_500;
/** After the last kill: more than any upload needs, so that what is still missing is lost. */
const SETTLE_MS_PER_UPLOAD = 10_000;

const options = read(process.argv.slice(2));
const random = seeded(options.seed);
const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)]!;
const folder = mkdtempSync(join(tmpdir(), "dropclip-soak-"));
const victim = new Victim(folder);
const say = (text: string) => process.stderr.write(`${text}\n`);

/** Starts the cloud; undefined when this start was killed. */
async function start(): Promise<Ready | undefined> {
  return (await victim.start()).ready;
}

/** A start that is killed before it is ready, or a while after. */
async function live(): Promise<string> {
  const { ready } = await victim.start();
  const early = random() < 1 / EARLY_EVERY;
  if (early) await sleep(random() * EARLY_MS);
  else {
    if (!(await ready)) throw new Error(`the cloud did not start: ${readFileSync(victim.log, "utf8").slice(-2000)}`);
    await sleep(random() * LONGEST_LIFE_MS);
  }
  const signal = pick(options.signals);
  const whole = random() < 0.5;
  await victim.kill(signal, whole);
  return `${signal} to ${whole ? "the group" : "the process"}${early ? " while it started" : ""}`;
}

async function soak() {
  const began = performance.now();
  const files = await makeFiles(join(folder, "files"));
  const ending = new AbortController();
  const fans = new Fans(join(folder, "fans"), files, random, ending);
  const first = await start();
  if (!first) throw new Error(`the cloud did not start: ${readFileSync(victim.log, "utf8").slice(-2000)}`);
  await fans.enter(first);
  const batches: Promise<void>[] = [];
  const kills: string[] = [];
  let sent = 0;
  for (let kill = 1; kill <= options.kills; kill++) {
    // So that something is under way at every kill.
    const until = Math.round((options.uploads * kill) / options.kills);
    batches.push(fans.send(until - sent));
    sent = until;
    if (kill === 1) {
      await sleep(random() * LONGEST_LIFE_MS);
      const signal = pick(options.signals);
      await victim.kill(signal, true);
      kills.push(`${signal} to the group`);
    } else kills.push(await live());
    say(
      `kill ${kill}: ${kills.at(-1)}; ${fans.finished.length} of ${sent} uploads complete, ${fans.running} under way`,
    );
  }
  if (options.kills === 0) batches.push(fans.send(options.uploads));
  const ready = options.kills === 0 ? first : await start();
  if (!ready) throw new Error(`the cloud did not start: ${readFileSync(victim.log, "utf8").slice(-2000)}`);
  const deadline = setTimeout(() => ending.abort(new Error("never ended")), SETTLE_MS_PER_UPLOAD * options.uploads);
  await Promise.all(batches);
  const settle = performance.now() + SETTLE_MS_PER_UPLOAD;
  while (!(await isSettled(ready)) && performance.now() < settle) await sleep(500);
  clearTimeout(deadline);
  for (const problem of fans.problems) say(problem);
  const counts = await count(ready, options.uploads, fans.finished);
  const seconds = Math.round((performance.now() - began) / 1000);
  const { uploads, seed } = options;
  console.log(JSON.stringify({ kills: kills.length, uploads, seed, ...counts, errorLines: errorLines(), seconds }));
  if (counts.lost + counts.doubled + counts.failed > 0) process.exitCode = 1;
}

/** What the cloud called an error in its log, over all its starts. */
function errorLines(): number {
  return readFileSync(victim.log, "utf8").match(/ERROR: /g)?.length ?? 0;
}

try {
  await soak();
} finally {
  await victim.end();
  if (process.exitCode === 1) say(`what the cloud logged is kept in ${victim.log}`);
  else rmSync(folder, { recursive: true, force: true });
}
