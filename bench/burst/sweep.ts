import { EVENT_RETRY_MS } from "@dropclip/core/limits";
import { compileSchedule } from "@dropclip/local/events/schedule/index";
import { AwsError, type World } from "@dropclip/local/world";
import type { Cloud } from "@dropclip/synth/cloud";
import type { Handlers } from "./handlers.ts";
import type { Lambda } from "./lambda.ts";
import type { Random } from "./random.ts";
import type { Upload } from "./uploads.ts";

/** Time between two executions that one sweep starts: it looks at several uploads at a time. Assumed. */
const RESTART_MS = 20;

/** By then every execution has ended, however it was started: its own timeout is one day. */
const LONGEST_MS = 2 * 24 * 60 * 60 * 1000;

interface Parts {
  world: World;
  facts: Cloud;
  uploads: Upload[];
  arrival: (upload: Upload) => number;
  handlers: Handlers;
  lambda: Lambda;
  random: Random;
  /** Whether any part of the burst is left. */
  open: () => boolean;
  /** StartExecution of the state machine. */
  start: (input: string, name: string) => void;
  restarted: () => void;
}

/**
 * The scheduled sweep starts a second execution for files that wait long for their Claim, since their events may be
 * lost. The burst begins at a random moment between two sweeps.
 */
export async function sweepOnSchedule({ world, facts, lambda, random, open, handlers, ...parts }: Parts) {
  const { clock } = world;
  const fn = facts.functions.find(({ handler }) => handler.endsWith("/sweep.handler"));
  const rule = facts.rules.find(({ schedule, targets }) => schedule && targets.some(({ arn }) => arn === fn?.arn));
  if (!fn || !rule) return;
  const schedule = compileSchedule(rule.schedule!);
  handlers.onSweep(() => void restart({ world, handlers, ...parts }));
  const period = schedule(clock.now())! - clock.now();
  await clock.sleep(Math.floor(random() * period));
  for (const end = clock.now() + LONGEST_MS; open() && clock.now() < end; ) {
    lambda.enqueue(fn.arn, "{}");
    await clock.sleep(schedule(clock.now())! - clock.now());
  }
}

type RestartParts = Pick<Parts, "world" | "uploads" | "arrival" | "handlers" | "start" | "restarted">;

async function restart({ world, uploads, arrival, handlers, start, restarted }: RestartParts) {
  const { clock } = world;
  const before = clock.now() - EVENT_RETRY_MS;
  for (const upload of uploads) {
    if (arrival(upload) >= before || handlers.claimed(upload.key) !== undefined) continue;
    await clock.sleep(RESTART_MS);
    const object = { key: upload.key, size: upload.bytes, etag: "0123456789abcdef0123456789abcdef", sequencer: "00" };
    const [, , , , uploadId] = upload.key.split("/");
    try {
      start(JSON.stringify({ detail: { object } }), `restart-${uploadId}`);
      restarted();
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      // Throttled, or restarted before: the next sweep tries again.
    }
  }
}
