import { parentPort, workerData } from "node:worker_threads";
import { runScenario } from "./scenario.ts";

/** Runs one scenario in a thread of its own: a simulation uses one processor. */

// Hundreds of thousands of throttles are errors whose stack is never read.
Error.stackTraceLimit = 0;

parentPort!.postMessage(JSON.stringify(await runScenario(workerData)));
