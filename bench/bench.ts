import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { convert } from "@dropclip/functions/image";
import { type Api, apiOf, generate, ROOT, sendFiles, signIn } from "../test/support/cloud.ts";
import { api, functions } from "./api.ts";
import { images } from "./images.ts";
import { load, phonePhoto } from "./load.ts";
import { atRest, memoryMiB, type Rest } from "./memory.ts";
import { metrics } from "./metrics.ts";
import { pages } from "./pages.ts";
import { refusals } from "./refusals.ts";
import { sending } from "./sending.ts";

/** `npm run bench`: prints one JSON of ratios and bounds. Each is measured against its bare cost in the same run. */

const folder = mkdtempSync(join(tmpdir(), "dropclip-bench-"));
const directory = join(folder, "data");
const VIDEOS = 3;
const IMAGES = 21;
const STARTS = 5;

interface Running {
  child: ChildProcess;
  /** Calls the API as the seeded fan. */
  call: Api;
  /** What the started cloud printed: addresses and ports. */
  ready: Parameters<typeof signIn>[0];
  readyMs: number;
}

async function start(): Promise<Running> {
  const began = performance.now();
  const child = spawn(
    process.execPath,
    [join(ROOT, "packages/cli/bin/dropclip.mjs"), "start", "--port", "0", "--json", "--verbose"],
    {
      env: { ...process.env, DROPCLIP_DIRECTORY: directory },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  child.stderr!.on("data", (chunk: Buffer) => writeFileSync(join(folder, "log"), chunk, { flag: "a" }));
  const [line] = await once(createInterface(child.stdout!), "line");
  const readyMs = performance.now() - began;
  const ready = JSON.parse(line);
  return { child, call: apiOf(ready.api, await signIn(ready, "fan")), ready, readyMs };
}

async function stop({ child }: Running) {
  child.kill("SIGTERM");
  await once(child, "exit");
}

/** Milliseconds from the last byte stored to the record complete, by the record's own times. */
async function through(call: Api, file: string): Promise<number> {
  const { uploadId } = await sendFiles(call, [file]);
  const stored = Date.now();
  for (;;) {
    // The record holds its own times. Polling more often would only take CPU time from what is measured.
    await sleep(file.endsWith(".mp4") ? 1000 : 300);
    const { body } = await call("GET", `/uploads/${uploadId}`);
    if (body.status === "complete") return Date.parse(body.completedAt) - stored;
    if (!["pending", "processing"].includes(body.status)) throw new Error(JSON.stringify(body));
  }
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const round = (value: number, digits = 2) => Number(value.toFixed(digits));

/** Runs the job's ffmpeg command, as MediaConvert logged it, bare on the file that was sent, in a folder of its own. */
async function bareFfmpeg(source: string): Promise<number> {
  const mark = "ffmpeg command ";
  const line = readFileSync(join(folder, "log"), "utf8")
    .split("\n")
    .findLast((one) => one.includes(mark));
  if (!line) throw new Error("MediaConvert logged no ffmpeg command");
  const args: string[] = JSON.parse(line.slice(line.indexOf(mark) + mark.length));
  args[args.indexOf("-i") + 1] = source;
  const cwd = mkdtempSync(join(folder, "bare-"));
  for (const argument of args)
    if (/^[^-].*\//.test(argument)) mkdirSync(dirname(join(cwd, argument)), { recursive: true });
  const began = performance.now();
  const child = spawn("ffmpeg", args, { stdio: ["ignore", "ignore", "pipe"], cwd });
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`the bare ffmpeg ended with ${code}: ${stderr}`);
  return performance.now() - began;
}

/** A 30-second clip through the whole pipeline, against its own encodes as one ffmpeg command. */
async function video() {
  const file = await generate(
    join(folder, "clip.mp4"),
    ...["-f", "lavfi", "-i", "testsrc2=size=1920x1080:rate=30:duration=30", "-f", "lavfi", "-i", "sine=duration=30"],
    // As a phone records: H.264 at 17 Mb/s.
    ...["-c:v", "libx264", "-preset", "veryfast", "-b:v", "17M", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest"],
  );
  const running = await start();
  const pipeline: number[] = [];
  const bare: number[] = [];
  for (let index = 0; index < VIDEOS; index++) {
    pipeline.push(await through(running.call, file));
    bare.push(await bareFfmpeg(file));
  }
  await stop(running);
  return {
    videoPipelineToBareFfmpeg: round(Math.min(...pipeline) / Math.min(...bare)),
    videoSeconds: pipeline.map((ms) => round(ms / 1000)),
    bareFfmpegSeconds: bare.map((ms) => round(ms / 1000)),
  };
}

/** A phone's photo, from stored to complete, minus the cost of converting it alone. */
async function image() {
  const file = await phonePhoto(join(folder, "photo.jpg"));
  const bytes = readFileSync(file);
  const running = await start();
  await through(running.call, file);
  await convert(bytes);
  const whole: number[] = [];
  const own: number[] = [];
  for (let index = 0; index < IMAGES; index++) {
    whole.push(await through(running.call, file));
    const began = performance.now();
    await convert(bytes);
    own.push(performance.now() - began);
  }
  await stop(running);
  return {
    imageOverheadMsP50: round(median(whole) - median(own), 0),
    imageMsP50: round(median(whole), 0),
    sharpMsP50: round(median(own), 0),
  };
}

/**
 * Time from the command to ready, and the memory of all its processes at rest: after the first start, which fills the
 * data, and after the last.
 */
async function startUp() {
  const starts: number[] = [];
  const rests: Rest[] = [];
  for (let index = 0; index < STARTS; index++) {
    const running = await start();
    starts.push(running.readyMs);
    if (index === 0 || index === STARTS - 1) rests.push(await atRest(running.child.pid!, join(folder, "log")));
    await stop(running);
  }
  return {
    startToReadySeconds: round(median(starts) / 1000),
    idleMemoryMiB: rests.map(({ asItIs }) => round(asItIs, 0)),
    idleMemoryCollectedMiB: rests.map(({ collected }) => round(collected, 0)),
  };
}

/** A thousand photos and fifty clips, all sent at once. */
const loadOnce = () => load({ folder, start, stop, memoryMiB });

const PARTS = {
  video,
  image,
  images: () => images(folder),
  refusals: () => refusals(folder),
  start: startUp,
  api,
  functions,
  metrics,
  pages: () => pages({ folder, start, stop }),
  sending: () => sending({ folder, start, stop }),
  load: loadOnce,
};

try {
  // `npm run bench -- image` measures that part only.
  const chosen = process.argv.slice(2).filter((name) => name in PARTS) as (keyof typeof PARTS)[];
  let results = {};
  for (const name of chosen.length > 0 ? chosen : (Object.keys(PARTS) as (keyof typeof PARTS)[]))
    results = { ...results, ...(await PARTS[name]()) };
  console.log(JSON.stringify(results));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
