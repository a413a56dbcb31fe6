import { parentPort, workerData } from "node:worker_threads";
import { runScenario } from "./scenario.ts";

/** One scenario in a thread of its own: a simulation takes one processor. */

// Hundreds of thousands of throttles are errors that nobody reads the stack of.
Error.stackTraceLimit = 0;

parentPort!.postMessage(JSON.stringify(await runScenario(workerData)));
