import type { LambdaFunction } from "@dropclip/synth/cloud";
import type { InvokeResult } from "../ports.ts";
import type { World } from "../world.ts";
import type { Bundles } from "./bundle.ts";
import { type Answer, answer } from "./outcome.ts";
import type { Pool } from "./pool.ts";
import type { InvokeFrame } from "./protocol.ts";

const SECOND = 1000;
/** A caller is given 4 KB of the log at most. */
const LOG_TAIL_CHARACTERS = 4 * 1024;

export interface Invocation {
  fn: LambdaFunction;
  payload: string;
  requestId: string;
  clientContext?: string;
}

/** The result and the end of this invocation's own part of the log. */
export interface Invoked extends InvokeResult {
  log: string;
  /** As the REPORT line has it. */
  durationMs: number;
}

export interface Running {
  world: World;
  bundles: Bundles;
  pool: Pool;
  /** Writes one entry of the function's log. */
  log: (level: string, text: string, requestId?: string) => void;
}

/** Runs one invocation in a slot its caller has taken. Never rejects: every failure is an answer. */
export async function run(running: Running, invocation: Invocation): Promise<Invoked> {
  const { fn, requestId } = invocation;
  let tail = "";
  const log = (level: string, text: string) => {
    tail = `${tail}${text}${text.endsWith("\n") ? "" : "\n"}`.slice(-LOG_TAIL_CHARACTERS);
    running.log(level, text, requestId);
  };
  const timing: Timing = { startedMs: performance.now(), maxMemoryMb: 0 };
  const answered = await attempt(running, invocation, log, timing);
  if (answered.status === "timeout") {
    const seconds = fn.timeoutSeconds.toFixed(2);
    log("ERROR", `${new Date().toISOString()} ${requestId} Task timed out after ${seconds} seconds\n`);
  } else if (answered.status) {
    log("ERROR", `${JSON.parse(answered.payload).errorMessage}\n${answered.errorType}\n`);
  }
  log("DEBUG", `END RequestId: ${requestId}`);
  const durationMs = answered.status === "timeout" ? fn.timeoutSeconds * SECOND : performance.now() - timing.startedMs;
  log("DEBUG", report(fn, requestId, durationMs, timing, answered));
  return {
    statusCode: 200,
    payload: answered.payload,
    ...(answered.failed ? { functionError: "Unhandled" } : {}),
    executedVersion: "$LATEST",
    requestId,
    log: tail,
    durationMs,
  };
}

interface Timing {
  startedMs: number;
  initMs?: number;
  maxMemoryMb: number;
}

async function attempt(
  running: Running,
  invocation: Invocation,
  log: (level: string, text: string) => void,
  timing: Timing,
): Promise<Answer> {
  const { fn, requestId } = invocation;
  const { pool, world } = running;
  const { disk } = world.store;
  const mark = disk.mark();
  const bundle = await running.bundles.current(fn).catch((error: Error) => error);
  const worker = bundle instanceof Error ? bundle : await pool.take(bundle);
  log("DEBUG", `START RequestId: ${requestId} Version: $LATEST`);
  if (worker instanceof Error && disk.failedSince(mark)) return withoutRoom();
  if (worker instanceof Error) return unbuildable(worker, log);
  if (!("process" in worker)) return answer(worker, requestId, fn.timeoutSeconds);
  worker.onLog = log;
  timing.startedMs = performance.now();
  timing.initMs = worker.initMs;
  worker.initMs = undefined;
  const limitMs = fn.timeoutSeconds * SECOND;
  const timeout = new AbortController();
  world.clock.sleep(limitMs, timeout.signal).then(
    () => worker.process.kill(),
    () => undefined,
  );
  const outcome = await worker.process.invoke(frame(world, invocation, limitMs), invocation.payload);
  timeout.abort();
  timing.maxMemoryMb = worker.process.maxMemoryMb;
  worker.onLog = undefined;
  pool.give(worker);
  return answer(outcome, requestId, fn.timeoutSeconds);
}

function frame(world: World, { fn, requestId, clientContext }: Invocation, remainingMs: number): InvokeFrame {
  const random = world.uuid().replaceAll("-", "");
  const seconds = Math.floor(world.clock.now() / SECOND).toString(16);
  const traceId = `Root=1-${seconds}-${random.slice(0, 24)};Parent=${random.slice(-16)};Sampled=0`;
  return { type: "invoke", requestId, functionArn: fn.arn, remainingMs, traceId, clientContext };
}

/** Nothing is wrong with the code; the disk says itself what is wrong with it. */
function withoutRoom(): Answer {
  const errorMessage = "The function could not be started: the disk takes no writes.";
  return { payload: JSON.stringify({ errorType: "Runtime.Unavailable", errorMessage }), failed: true };
}

/** On AWS the deployment would have failed; here the invocation says why. */
function unbuildable(error: Error, log: (level: string, text: string) => void): Answer {
  const unresolved = /Could not resolve|there is no file for the handler/.test(error.message);
  const errorType = unresolved ? "Runtime.ImportModuleError" : "Runtime.UserCodeSyntaxError";
  log("ERROR", `the bundle could not be built\n${error.message}`);
  return { payload: JSON.stringify({ errorType, errorMessage: error.message, trace: [] }), failed: true };
}

function report(
  fn: LambdaFunction,
  requestId: string,
  durationMs: number,
  timing: Timing,
  { status, errorType }: Answer,
): string {
  return [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(durationMs + (timing.initMs ?? 0))} ms`,
    `Memory Size: ${fn.memoryMb} MB`,
    `Max Memory Used: ${Math.min(timing.maxMemoryMb, fn.memoryMb)} MB`,
    ...(timing.initMs === undefined ? [] : [`Init Duration: ${timing.initMs.toFixed(2)} ms`]),
    ...(status ? [`Status: ${status}`] : []),
    ...(errorType && status ? [`Error Type: ${errorType}`] : []),
    "",
  ].join("\t");
}
