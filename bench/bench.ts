import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import sharp from "sharp";
import { convert } from "../packages/functions/src/image.ts";
import { type Api, FAN, generate, ROOT, sendFiles } from "../test/cloud.ts";

/** `npm run bench`: prints one JSON of ratios and bounds, each measured against what it costs by itself in the same run. */

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "dropclip-bench-"));
const directory = join(folder, "data");
const IMAGES = 21;
const STARTS = 5;

interface Running {
  child: ChildProcess;
  api: string;
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
  return { child, api: JSON.parse(line).api, readyMs: performance.now() - began };
}

async function stop({ child }: Running) {
  child.kill("SIGTERM");
  await once(child, "exit");
}

const callOf =
  (api: string): Api =>
  async (method, path, body) => {
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${api}${path}`, { method, ...init });
    return { status: response.status, body: await response.json(), headers: response.headers };
  };

/** From the last byte stored to the record complete, by the record's own time; milliseconds. */
async function through(api: string, file: string): Promise<number> {
  const { uploadId } = await sendFiles(callOf(api), [file]);
  const stored = Date.now();
  for (;;) {
    const { body } = await callOf(api)("GET", `/uploads/${uploadId}?fanId=${FAN}`);
    if (body.status === "complete") return Date.parse(body.completedAt) - stored;
    if (!["pending", "processing"].includes(body.status)) throw new Error(JSON.stringify(body));
    await sleep(body.contentType === "video" ? 250 : 10);
  }
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const round = (value: number, digits = 2) => Number(value.toFixed(digits));

/** Proportional memory of a process and all below it, MiB: shared pages are counted once. */
function memoryMiB(pid: number): number {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    try {
      parents.set(Number(name), Number(readFileSync(`/proc/${name}/stat`, "utf8").split(") ")[1]!.split(" ")[1]));
    } catch {
      // The process ended while the list was read.
    }
  }
  const tree = [pid];
  for (const one of tree) for (const [child, parent] of parents) if (parent === one) tree.push(child);
  const kib = tree.map((one) =>
    Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${one}/smaps_rollup`, "utf8"))?.[1] ?? 0),
  );
  return kib.reduce((sum, one) => sum + one, 0) / 1024;
}

/** The job's own ffmpeg command, as MediaConvert logged it, run bare in another folder. */
async function bareFfmpeg(source: string): Promise<number> {
  const line = readFileSync(join(folder, "log"), "utf8")
    .split("\n")
    .findLast((one) => one.includes("ffmpeg command "));
  if (!line) throw new Error("MediaConvert logged no ffmpeg command");
  const { args, input, scratch } = JSON.parse(line.slice(line.indexOf("ffmpeg command ") + "ffmpeg command ".length));
  const out = mkdtempSync(join(folder, "bare-"));
  for (const entry of readdirSync(out)) rmSync(join(out, entry));
  const own: string[] = args.map((argument: string) => argument.replaceAll(input, source).replaceAll(scratch, out));
  for (const argument of own) if (argument.startsWith(out)) await run("mkdir", ["-p", join(argument, "..")]);
  const began = performance.now();
  const child = spawn("ffmpeg", own, { stdio: ["ignore", "ignore", "ignore"], cwd: out });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`the bare ffmpeg ended with ${code}`);
  return performance.now() - began;
}

async function main() {
  const video = await generate(
    join(folder, "clip.mp4"),
    ...["-f", "lavfi", "-i", "testsrc2=size=1920x1080:rate=30:duration=30", "-f", "lavfi", "-i", "sine=duration=30"],
    // HEVC would hide the pipeline behind its decoder; a phone's H.264 at 17 Mb/s is the common case.
    ...["-c:v", "libx264", "-preset", "veryfast", "-b:v", "17M", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest"],
  );
  const photo = join(folder, "photo.jpg");
  const noise = { type: "gaussian", mean: 128, sigma: 30 } as const;
  const pixels = { create: { width: 4032, height: 3024, channels: 3, noise, background: "#808080" } } as const;
  writeFileSync(photo, await sharp(pixels).jpeg({ quality: 90 }).toBuffer());
  const bytes = readFileSync(photo);

  const warmUp = await start();
  await through(warmUp.api, video);
  const bare = await bareFfmpeg(video);
  const pipeline = await through(warmUp.api, video);
  const bareAgain = await bareFfmpeg(video);
  await through(warmUp.api, photo);
  const images: number[] = [];
  const own: number[] = [];
  for (let index = 0; index < IMAGES; index++) {
    images.push(await through(warmUp.api, photo));
    const began = performance.now();
    await convert(bytes);
    own.push(performance.now() - began);
  }
  await stop(warmUp);

  const starts: number[] = [];
  let idle = 0;
  for (let index = 0; index < STARTS; index++) {
    const running = await start();
    starts.push(running.readyMs);
    if (index === STARTS - 1) {
      await sleep(3000);
      idle = memoryMiB(running.child.pid!);
    }
    await stop(running);
  }
  console.log(
    JSON.stringify({
      videoPipelineToBareFfmpeg: round(pipeline / ((bare + bareAgain) / 2)),
      imageOverheadMsP50: round(median(images) - median(own), 0),
      startToReadySeconds: round(median(starts) / 1000),
      idleMemoryMiB: round(idle, 0),
      details: {
        videoSeconds: round(pipeline / 1000),
        bareFfmpegSeconds: [round(bare / 1000), round(bareAgain / 1000)],
        videoBytes: statSync(video).size,
        imageMsP50: round(median(images), 0),
        sharpMsP50: round(median(own), 0),
      },
    }),
  );
}

try {
  await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
