import type { EventInvoker, FunctionInvoker } from "../ports.ts";
import { type RestJsonService, restJson } from "../protocol/rest-json.ts";
import { serve } from "../protocol/service.ts";
import { AwsError, type Service } from "../world.ts";
import { AsyncQueue, type GiveUp } from "./async.ts";
import type { LambdaState } from "./context.ts";
import { fault } from "./errors.ts";
import { Functions, type LambdaOptions } from "./functions.ts";
import { findFunction, parseFunctionName } from "./names.ts";
import { getFunction } from "./operations/get-function.ts";
import { getFunctionConcurrency } from "./operations/get-function-concurrency.ts";
import { getFunctionConfiguration } from "./operations/get-function-configuration.ts";
import { getPolicy } from "./operations/get-policy.ts";
import { invoke } from "./operations/invoke.ts";
import { listFunctionUrlConfigs } from "./operations/list-function-url-configs.ts";
import { listFunctions } from "./operations/list-functions.ts";
import { checkPayload, EVENT_BYTES, REQUEST_BYTES } from "./payload.ts";
import type { LogEvent } from "./recent.ts";
import { rolePrincipal } from "./role.ts";

export type { LambdaOptions } from "./functions.ts";

const notHere = (asked: string) =>
  new AwsError("NotImplemented", `${asked} of Lambda is not part of the local cloud`, 501);

const LAMBDA: RestJsonService<LambdaState> = {
  name: "lambda",
  protocol: restJson({
    routes: [
      ["ListFunctions", "GET /2015-03-31/functions/"],
      ["GetFunction", "GET /2015-03-31/functions/{FunctionName}"],
      ["GetFunctionConfiguration", "GET /2015-03-31/functions/{FunctionName}/configuration"],
      ["GetFunctionConcurrency", "GET /2019-09-30/functions/{FunctionName}/concurrency"],
      ["GetPolicy", "GET /2015-03-31/functions/{FunctionName}/policy"],
      ["ListFunctionUrlConfigs", "GET /2021-10-31/functions/{FunctionName}/urls"],
      ["Invoke", "POST /2015-03-31/functions/{FunctionName}/invocations"],
    ],
    unroutable: notHere,
    unknown: notHere,
    undecodable: (segment) => new AwsError("ValidationException", `'${segment}' is not a valid function name`),
    fault,
  }),
  operations: {
    GetFunction: getFunction,
    GetFunctionConcurrency: getFunctionConcurrency,
    GetFunctionConfiguration: getFunctionConfiguration,
    GetPolicy: getPolicy,
    Invoke: invoke,
    ListFunctionUrlConfigs: listFunctionUrlConfigs,
    ListFunctions: listFunctions,
  },
};

/** Lambda keeps the first kilobyte of an error in a dead letter's attributes. */
const DEAD_LETTER_ERROR = 1024;

export interface Lambda extends Service, FunctionInvoker, EventInvoker {
  /** Bundles and starts the named functions (all when not given) so that their first invocation is warm. */
  warm(names?: string[]): Promise<void>;
  /** Takes up the asynchronous events of the last run. Called once every service can be reached. */
  resume(): void;
  /** The text of the function's current log file. */
  log(functionName: string): string;
  /** How many invocations are under way. */
  underWay(): number;
  /** Path of the function's log file. */
  logFile(functionName: string): string;
  /** What a function has logged last. */
  recent(functionName: string): readonly LogEvent[];
  /** Ends every process; queued events wait in the store for the next start. */
  stop(): Promise<void>;
}

/** The functions of the cloud, run in processes of this machine. Bundles nothing before it is needed. */
export function createLambda(options: LambdaOptions): Lambda {
  const { world, functions: list, permissions = [] } = options;
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
    ...serve(LAMBDA, { world, list, permissions, functions, queue }),
    async invoke(functionName, text, { signal } = {}) {
      signal?.throwIfAborted();
      const payload = checkPayload(Buffer.from(text), REQUEST_BYTES);
      const invoked = functions.invoke({ fn: find(functionName), payload, requestId: world.uuid() });
      const { log: _log, durationMs: _durationMs, ...result } = await abandonable(invoked, signal);
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
    recent: (functionName) => functions.recent.of(functionName),
    log: (functionName) => functions.logs.read(functionName),
    underWay: () => functions.underWay,
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
