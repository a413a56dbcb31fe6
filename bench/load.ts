import type { ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import sharp from "sharp";
import { type Api, apiOf, clip, sendFiles, signIn } from "../test/support/cloud.ts";

const CLIENTS = 20;
const PHOTOS = 1000;
const CLIPS = 50;
/** A token holds for 15 minutes, and a slow machine takes longer. */
const SIGNED_IN_MS = 10 * 60_000;
/** How often memory is measured. */
const LOOK_MS = 2000;

interface Running {
  child: ChildProcess;
  ready: Parameters<typeof signIn>[0];
}
interface Tools {
  folder: string;
  start(): Promise<Running>;
  stop(running: Running): Promise<void>;
  /** Proportional memory (PSS) of a process and its descendants. */
  memoryMiB(pid: number): number;
}

/** Noise that gives 4 MB at 12 megapixels, as phones write them. */
export async function phonePhoto(file: string): Promise<string> {
  const noise = { type: "gaussian", mean: 128, sigma: 12 } as const;
  const pixels = { create: { width: 4032, height: 3024, channels: 3, noise, background: "#808080" } } as const;
  writeFileSync(file, await sharp(pixels).jpeg({ quality: 90 }).toBuffer());
  return file;
}

/** Calls the API as a user, who signs in anew before a token ends. */
function signedIn(ready: Running["ready"], name: string): Api {
  let [api, untilMs]: [Promise<Api> | undefined, number] = [undefined, 0];
  return async (...call) => {
    if (!api || Date.now() > untilMs) {
      api = signIn(ready, name).then((token) => apiOf(ready.api, token));
      untilMs = Date.now() + SIGNED_IN_MS;
    }
    return (await api)(...call);
  };
}

/**
 * The end of a show: a thousand phone photos and fifty short clips from twenty phones at once. All must complete.
 * Reports uploads per second, and the most memory that all processes used together.
 */
export async function load({ folder, start, stop, memoryMiB }: Tools) {
  const photo = await phonePhoto(join(folder, "load.jpg"));
  const film = await clip(join(folder, "load.mp4"), { size: "1280x720", seconds: 2 });
  const running = await start();
  const as = (name: string) => signedIn(running.ready, name);
  const event = await as("creative")("POST", "/events", { title: "Load", uploadsPerFan: PHOTOS + CLIPS });
  let most = 0;
  let over = false;
  const watch = (async () => {
    while (!over) {
      most = Math.max(most, memoryMiB(running.child.pid!));
      await sleep(LOOK_MS);
    }
  })();
  const began = performance.now();
  const files = Array.from({ length: PHOTOS + CLIPS }, (_, index) =>
    index % Math.floor(PHOTOS / CLIPS + 1) === 0 ? film : photo,
  );
  const statuses = new Map<string, number>();
  // Twenty phones are twenty fans, each with limits of their own; here two fans share the calls.
  const fans = [as("fan"), as("other-fan")];
  const client = async (_: unknown, index: number) => {
    const call = fans[index % fans.length]!;
    for (let file = files.pop(); file !== undefined; file = files.pop()) {
      const { uploadId } = await sendFiles(call, [file], event.body.eventId);
      let status = "pending";
      while (["pending", "processing"].includes(status)) {
        await sleep(4000);
        status = (await call("GET", `/uploads/${uploadId}`)).body.status ?? "unanswered";
      }
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  const seconds = (performance.now() - began) / 1000;
  over = true;
  await watch;
  await stop(running);
  return {
    loadStatuses: Object.fromEntries(statuses),
    loadPerSecond: Number(((PHOTOS + CLIPS) / seconds).toFixed(2)),
    loadMostMiB: Math.round(most),
  };
}
