/** The inside of an execution environment: loads the handler, then runs one invocation at a time. */
import { enableCompileCache, flushCompileCache } from "node:module";
import { Socket } from "node:net";
import { type Frame, FrameReader, type InvokeFrame, RESPONSE_BYTES } from "../protocol.ts";
import { send } from "./channel.ts";
import { log, patchConsole, setRequestId } from "./console.ts";
import { context } from "./context.ts";
import { describe, detail, runtimeError } from "./errors.ts";
import { type Handler, loadHandler } from "./handler.ts";
import { mapStacks } from "./source-map.ts";

const REQUESTS = 3;
/** Exit statuses of Lambda's own Node.js runtime. */
const EXIT = { unsettled: 13, unhandledRejection: 128, uncaughtException: 129 };

const TOO_LARGE = JSON.stringify({
  errorType: "Function.ResponseSizeTooLarge",
  errorMessage: `Response payload size exceeded maximum allowed payload size (${RESPONSE_BYTES} bytes).`,
});

const requests = new Socket({ fd: REQUESTS, readable: true, writable: false });

function die(kind: "initError" | "fatal", title: string, error: unknown, status: number): never {
  log("ERROR", `${title}\t${detail(error)}`);
  send({ type: kind }, describe(error));
  process.exit(status);
}

async function run(handler: Handler, { header, body }: Frame<InvokeFrame>) {
  const { requestId } = header;
  setRequestId(requestId);
  process.env._X_AMZN_TRACE_ID = header.traceId;
  // Nothing but the handler keeps the process alive now: when it waits for something that can never come, node ends.
  requests.unref();
  try {
    const result = await handler(JSON.parse(body.toString()), context(header));
    const text = stringify(result);
    await new Promise((resolve) => setImmediate(resolve));
    if (Buffer.byteLength(text) <= RESPONSE_BYTES) send({ type: "result", requestId }, text);
    else send({ type: "error", requestId }, TOO_LARGE);
  } catch (error) {
    log("ERROR", `Invoke Error \t${detail(error)}`);
    send({ type: "error", requestId }, describe(error));
  } finally {
    requests.ref();
  }
}

function stringify(result: unknown): string {
  try {
    return JSON.stringify(result) ?? "null";
  } catch {
    throw runtimeError("Runtime.JSONStringifyError", "Unable to stringify response body");
  }
}

patchConsole();
mapStacks();
process.on("uncaughtException", (error) => die("fatal", "Uncaught Exception ", error, EXIT.uncaughtException));
process.on("unhandledRejection", (reason) => {
  const error = runtimeError("Runtime.UnhandledPromiseRejection", String(reason));
  die("fatal", "Unhandled Promise Rejection ", error, EXIT.unhandledRejection);
});
process.on("beforeExit", () => process.exit(EXIT.unsettled));
// The service is gone: no answer is expected any more.
requests.on("close", () => process.kill(process.pid, "SIGKILL"));

// Flowing from the start, so that the end of the service is noticed while the handler's module still loads.
requests.resume();
// Portable: a bundle that is copied elsewhere brings what was compiled of it along.
enableCompileCache({ directory: process.argv[2], portable: true });
try {
  const handler = await loadHandler(process.env.LAMBDA_TASK_ROOT ?? "", process.env._HANDLER ?? "");
  const frames = new FrameReader<InvokeFrame>((frame) => void run(handler, frame));
  requests.on("data", (chunk: Buffer) => frames.push(chunk));
  send({ type: "ready" });
  // Now, because the process is killed one day rather than ended.
  setImmediate(flushCompileCache);
} catch (error) {
  die("initError", "Init Error ", error, 1);
}
