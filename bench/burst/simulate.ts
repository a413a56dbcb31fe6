import { createEvents } from "@dropclip/local/events/index";
import type { EventBus } from "@dropclip/local/ports";
import { createStates, type States } from "@dropclip/local/states/index";
import { AwsError } from "@dropclip/local/world";
import type { Cloud } from "@dropclip/synth/cloud";
import { SimulatedClock } from "./clock.ts";
import { Handlers } from "./handlers.ts";
import { Lambda } from "./lambda.ts";
import { MediaConvert } from "./media-convert.ts";
import { most, type Outcome } from "./outcome.ts";
import { Pace } from "./pace.ts";
import { type Quotas, TokenBucket } from "./quotas.ts";
import { streams } from "./random.ts";
import { sdk } from "./sdk.ts";
import { HistoryStore } from "./store.ts";
import { sweepOnSchedule } from "./sweep.ts";
import { Tally } from "./tally.ts";
import { type BurstShape, makeUploads, type Upload } from "./uploads.ts";
import { makeWorld } from "./world.ts";

export interface Burst extends BurstShape {
  facts: Cloud;
  quotas: Quotas;
  seed: number;
}

/**
 * Runs the state machine and the rules of `facts` on the local cloud's own Step Functions and EventBridge, against
 * models of the services they call that know only quotas and durations. Ends when nothing waits any more.
 */
export async function simulate({ facts, quotas, seed, ...shape }: Burst): Promise<Outcome> {
  const clock = new SimulatedClock();
  const began = clock.now();
  const next = streams(seed);
  const uploads = makeUploads(shape, next());
  const byKey = new Map(uploads.map((upload) => [upload.key, upload]));
  const arrival = ({ afterMs }: Upload) => began + afterMs;

  const failedAttempts = new Tally();
  const store = new HistoryStore(clock, (event) => {
    const error = /"type":"Task(?:Failed|TimedOut)".*?"error":"([^"]+)"/.exec(event)?.[1];
    if (error) failedAttempts.add(error);
  });
  const world = makeWorld(facts, clock, store);
  const pace = new Pace(clock, quotas.stateTransition);
  const throttles = new Tally();
  let deadLetters = 0;
  const queues = { send: () => ({ messageId: `${++deadLetters}` }) };

  const handlers = new Handlers(byKey);
  const lambda = new Lambda({
    world,
    queues,
    handlers,
    functions: facts.functions,
    concurrency: quotas.lambdaConcurrency,
    random: next(),
  });
  const mediaConvert = new MediaConvert({
    world,
    quotas,
    random: next(),
    bus: () => events,
    clipSeconds: ({ UserMetadata }) => byKey.get(UserMetadata.mediaId)!.clipSeconds!,
  });
  const starts = new TokenBucket(clock, quotas.startExecution);
  const throttled = {
    start(...request: Parameters<States["start"]>) {
      if (starts.take()) return states.start(...request);
      throttles.add("Step Functions StartExecution");
      throw new AwsError("ThrottlingException", "Rate exceeded");
    },
  };
  const rules = facts.rules.filter(({ pattern }) => pattern);
  const events = createEvents({ world, rules, lambda, queues, random: next(), states: () => throttled });

  const tookMs: number[] = [];
  const failed = new Tally();
  let restarted = 0;
  let endedAt = began;
  const bus: EventBus = {
    publish(event) {
      events.publish(event);
      const { status, input, error, executionArn } = event.detail as Record<string, string>;
      if (status === "RUNNING") return;
      endedAt = clock.now();
      const { key } = JSON.parse(input!).detail.object;
      if (status !== "SUCCEEDED") failed.add(`${status} ${error}`);
      // A second execution for the same upload has nothing to do, so it is not counted.
      else if (handlers.claimed(key) === executionArn) tookMs.push(endedAt - arrival(byKey.get(key)!));
    },
  };
  const states = createStates({
    world,
    bus,
    machines: facts.stateMachines,
    lambda,
    jobs: mediaConvert,
    random: next(),
    sdk: sdk(world, mediaConvert, next()),
    pace: () => pace.next(),
  });

  events.start();
  for (const upload of uploads)
    void clock.sleep(upload.afterMs).then(() => events.publish(objectCreated(facts, upload)));
  void sweepOnSchedule({
    world,
    facts,
    uploads,
    arrival,
    handlers,
    lambda,
    random: next(),
    open: () => tookMs.length + failed.total + deadLetters < uploads.length,
    start: (input, name) => throttled.start(facts.stateMachines[0]!.arn, input, name),
    restarted: () => restarted++,
  });
  await clock.run();
  events.stop();
  await states.stop();
  store.close();

  throttles.addAll("Lambda", lambda.throttles);
  throttles.addAll("MediaConvert", mediaConvert.throttles);
  return {
    uploads: uploads.length,
    clips: uploads.filter(({ clipSeconds }) => clipSeconds !== undefined).length,
    drainedMs: endedAt - began,
    tookMs,
    failed,
    deadLetters,
    lost: uploads.length - tookMs.length,
    transitions: pace.transitions,
    longestPaceMs: pace.longestMs,
    failedAttempts,
    throttles,
    restarted,
    mostRefusals: most([lambda.refusals, mediaConvert.refusals]),
    invocations: lambda.invocations,
    gbSeconds: lambda.gbSeconds,
    jobs: mediaConvert.jobs,
    clipSeconds: mediaConvert.clipSeconds,
  };
}

/** "Object Created" as S3 puts it on the bus, from the bucket that the state machine's rule listens to. */
function objectCreated({ buckets, rules, stateMachines }: Cloud, { key, bytes }: Upload) {
  const rule = rules.find(({ targets }) => targets.some(({ arn }) => arn === stateMachines[0]!.arn))!;
  const name: string = (rule.pattern as any).detail.bucket.name[0];
  const object = { key, size: bytes, etag: "0123456789abcdef0123456789abcdef", sequencer: "00617F08299329D189" };
  return {
    source: "aws.s3",
    detailType: "Object Created",
    resources: [buckets.find((one) => one.name === name)!.arn],
    detail: { version: "0", bucket: { name }, object, reason: "PutObject" },
  };
}
