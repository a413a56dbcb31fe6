import type { FunctionInvoker, Service } from "../world.ts";
import { checkPayload } from "./api/invoke.ts";
import { AsyncQueue, type GiveUp } from "./async.ts";
import { fail } from "./errors.ts";
import { Functions, type LambdaOptions } from "./functions.ts";
import { findFunction, parseFunctionName } from "./names.ts";
import { rolePrincipal } from "./role.ts";
import { route } from "./service.ts";

export type { LambdaOptions } from "./functions.ts";

const REQUEST_BYTES = 6 * 1024 * 1024;
const EVENT_BYTES = 1024 * 1024;
/** Lambda keeps the first kilobyte of an error in a dead letter's attributes. */
const DEAD_LETTER_ERROR = 1024;

/** Lambda as services see it that hand over an event and do not wait, as EventBridge does. */
export interface EventInvoker {
  /**
   * Queues an asynchronous invocation, within the caller's `store.transaction` when there is one. Lambda itself retries
   * a failed event twice. `AwsError` ResourceNotFoundException, RequestEntityTooLargeException.
   */
  enqueue(functionName: string, payload: string): { requestId: string };
}

export interface Lambda extends Service, FunctionInvoker, EventInvoker {
  /** Bundles and starts the named functions (all when not given) so that their first invocation is warm. */
  warm(names?: string[]): Promise<void>;
  /** Takes up the asynchronous events of the last run. Called once every service can be reached. */
  resume(): void;
  /** The text of the function's current log file. */
  log(functionName: string): string;
  /** Path of the function's log file. */
  logFile(functionName: string): string;
  /** Ends every process; queued events wait in the store for the next start. */
  stop(): Promise<void>;
}

/** The functions of the cloud, run in processes of this machine. Bundles nothing before it is needed. */
export function createLambda(options: LambdaOptions): Lambda {
  const { world, functions: list } = options;
  const functions = new Functions(options);
  const find = (name: string) => findFunction(list, parseFunctionName(world, name));
  const giveUp: GiveUp = (functionName, payload, attributes) => {
    const fn = find(functionName);
    const { deadLetterArn } = fn;
    if (!deadLetterArn) return;
    world.authorize(rolePrincipal(world, fn), "sqs:SendMessage", deadLetterArn);
    options.queues?.send(deadLetterArn, payload, attributes);
  };
  const queue = new AsyncQueue(
    world,
    async (functionName, payload, requestId) => {
      const result = await functions.invoke({ fn: find(functionName), payload, requestId });
      return result.functionError === undefined ? {} : { error: result.payload.slice(0, DEAD_LETTER_ERROR) };
    },
    giveUp,
  );
  return {
    name: "lambda",
    handle: (call) => route({ world, list, functions, queue }, call),
    fail,
    async invoke(functionName, text, { signal } = {}) {
      signal?.throwIfAborted();
      const payload = checkPayload(Buffer.from(text), REQUEST_BYTES);
      const invoked = functions.invoke({ fn: find(functionName), payload, requestId: world.uuid() });
      const { log: _log, ...result } = await abandonable(invoked, signal);
      return result;
    },
    enqueue(functionName, text) {
      const payload = checkPayload(Buffer.from(text), EVENT_BYTES);
      const requestId = world.uuid();
      queue.add(find(functionName).name, payload, requestId);
      return { requestId };
    },
    async warm(names) {
      const chosen = names ? names.map(find) : list;
      for (const fn of chosen) await functions.warm(fn);
    },
    resume: () => queue.resume(),
    log: (functionName) => functions.logs.read(functionName),
    logFile: (functionName) => functions.logs.file(functionName),
    async stop() {
      queue.stop();
      await functions.stop();
    },
  };
}

/** Stops waiting when the signal aborts; the function itself runs on, as it does on AWS. */
function abandonable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
