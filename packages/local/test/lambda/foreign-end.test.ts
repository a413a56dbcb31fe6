import { setImmediate } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { eventually } from "../../../../test/support/eventually.ts";
import { type Running, start } from "./handlers.ts";

const WAITS = `export const handler = async () => { console.log("pid " + process.pid); await new Promise((r) => setTimeout(r, 3_600_000)); };`;

/** Turns of the event loop. */
const TURNS = 100;
let running: Running;
afterEach(() => running.close());

/** Ends the process of the running handler by a signal from outside; resolves once we could know of it. */
async function end(signal: NodeJS.Signals) {
  const pid = await eventually(() => Number(/pid (\d+)/.exec(running.lambda.log("waits"))![1]));
  process.kill(pid, signal);
  await eventually(() => expect(() => process.kill(pid, 0)).toThrow("ESRCH"), 1);
  // So that whatever follows from it at once has followed.
  for (let turn = 0; turn < TURNS; turn++) await setImmediate();
}

const queued = () => running.world.store.all("SELECT attempts FROM lambda_async");

describe("a handler's process that somebody else ends", () => {
  it.each<NodeJS.Signals>(["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"])(
    "by %s is no failure when the local cloud is told to stop a moment later",
    async (signal) => {
      running = start({ waits: WAITS });
      running.lambda.enqueue("waits", "{}");
      await end(signal);
      running.world.store.freeze();
      await running.lambda.stop();
      expect(queued()).toEqual([{ attempts: 0 }]);
      expect(running.lambda.log("waits")).not.toContain("Runtime exited");
    },
  );

  it("is one when nobody stops the local cloud", async () => {
    running = start({ waits: WAITS });
    running.lambda.enqueue("waits", "{}");
    await end("SIGTERM");
    await eventually(() => expect(queued()).toEqual([{ attempts: 1 }]));
    expect(running.lambda.log("waits")).toContain("Runtime exited with error: signal: terminated");
  });
});
