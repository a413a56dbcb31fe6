import type { EventInvoker, FunctionInvoker, InvokeResult, QueueSender } from "@dropclip/local/ports";
import { AwsError, type World } from "@dropclip/local/world";
import type { LambdaFunction } from "@dropclip/synth/cloud";
import type { Handlers } from "./handlers.ts";
import { jitter, type Random } from "./random.ts";
import { Tally } from "./tally.ts";

/** How long each handler takes for any file, without cold start, by the name of its file. Assumed. */
export const DURATION_MS: Record<string, number> = {
  "claim-upload": 300,
  "plan-transcode": 500,
  "publish-image": 2_000,
  publish: 300,
  "record-progress": 100,
  "record-failure": 300,
  sweep: 2_000,
};
/** Time from one state to the next, and to Lambda; meanwhile others take the freed concurrency. Assumed. */
const CALL_MS = 50;
/** Added to an instance's first invocation, and billed like the rest. Assumed. */
const COLD_START_MS = 600;

/** Developer guide, "How Lambda handles errors and retries with asynchronous invocation": throttled events. */
const ASYNC_FIRST_MS = 1_000;
const ASYNC_LONGEST_MS = 5 * 60_000;
const ASYNC_AGE_MS = 6 * 60 * 60_000;

interface LambdaParts {
  world: World;
  functions: LambdaFunction[];
  concurrency: number;
  queues: QueueSender;
  random: Random;
  handlers: Handlers;
}

/**
 * A model of Lambda's quota: an invocation without free concurrency is throttled, and asynchronous events are retried.
 */
export class Lambda implements FunctionInvoker, EventInvoker {
  /** Throttled invocations, by handler. */
  readonly throttles = new Tally();
  /** Invocations that ran, by handler. */
  readonly invocations = new Tally();
  /** Throttles of one file at one handler. */
  readonly refusals = new Tally();
  gbSeconds = 0;
  #running = 0;
  /** How many instances exist and how many are busy, by function. */
  readonly #instances = new Tally();
  readonly #busy = new Tally();
  readonly #parts: LambdaParts;

  constructor(parts: LambdaParts) {
    this.#parts = parts;
  }

  async invoke(arn: string, payload: string): Promise<InvokeResult> {
    const fn = this.#find(arn);
    const event = JSON.parse(payload);
    const handler = handlerOf(fn);
    await this.#parts.world.clock.sleep(Math.round(jitter(CALL_MS, this.#parts.random)));
    if (!this.#enter()) {
      this.throttles.add(handler);
      this.refusals.add(`${handler} ${event.key ?? event.media?.key}`);
      throw new AwsError("TooManyRequestsException", "Rate Exceeded.", 429);
    }
    await this.#run(fn, event);
    const result = JSON.stringify(this.#parts.handlers.answer(handler, event));
    return { statusCode: 200, payload: result, executedVersion: "$LATEST", requestId: this.#parts.world.uuid() };
  }

  enqueue(arn: string, payload: string) {
    const { world } = this.#parts;
    const fn = this.#find(arn);
    world.store.afterCommit(() => void this.#runEvent(fn, payload));
    return { requestId: world.uuid() };
  }

  async #runEvent(fn: LambdaFunction, payload: string) {
    const { clock } = this.#parts.world;
    const tooOld = clock.now() + ASYNC_AGE_MS;
    for (let wait = ASYNC_FIRST_MS; !this.#enter(); wait = Math.min(2 * wait, ASYNC_LONGEST_MS)) {
      this.throttles.add(handlerOf(fn));
      if (clock.now() + wait > tooOld) {
        if (fn.deadLetterArn) this.#parts.queues.send(fn.deadLetterArn, payload, { ErrorCode: "429" });
        return;
      }
      await clock.sleep(wait);
    }
    const event = JSON.parse(payload);
    await this.#run(fn, event);
    this.#parts.handlers.answer(handlerOf(fn), event);
  }

  #enter(): boolean {
    if (this.#running >= this.#parts.concurrency) return false;
    this.#running++;
    return true;
  }

  async #run(fn: LambdaFunction, event: any) {
    const { world, random, handlers } = this.#parts;
    const handler = handlerOf(fn);
    const cold = this.#busy.add(fn.name) > this.#instances.get(fn.name);
    if (cold) this.#instances.add(fn.name);
    const ms = jitter(DURATION_MS[handler]!, random) + handlers.extraMs(handler, event) + (cold ? COLD_START_MS : 0);
    this.invocations.add(handler);
    this.gbSeconds += (ms / 1000) * (fn.memoryMb / 1024);
    await world.clock.sleep(Math.round(ms));
    this.#busy.add(fn.name, -1);
    this.#running--;
  }

  #find(arn: string): LambdaFunction {
    const fn = this.#parts.functions.find((one) => one.arn === arn);
    if (!fn || DURATION_MS[handlerOf(fn)] === undefined) throw new Error(`the burst does not know the function ${arn}`);
    return fn;
  }
}

/** `publish-image` of `packages/functions/src/ingest/publish-image.handler`. */
function handlerOf({ handler }: LambdaFunction): string {
  return handler.slice(handler.lastIndexOf("/") + 1, handler.lastIndexOf("."));
}
